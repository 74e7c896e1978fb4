/** The flags that save memory are there however the bot is started. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LEAN_FLAGS } from '../../src/base/node-flags.ts';

const BIN = join(import.meta.dirname, '../../src/bin.ts');
/** Says at its end with which flags Node was started, and with which words. */
const TELLS = `data:text/javascript,process.on('exit',()=>process.stderr.write(JSON.stringify([process.execArgv,process.argv.slice(2),process.pid])))`;

const startedBy = async (
  ...args: readonly string[]
): Promise<{ flags: string[]; words: string[]; isSamePid: boolean }> => {
  const running = promisify(execFile)(process.execPath, ['--import', TELLS, ...args]);
  const { stderr } = await running;
  const [flags, words, pid] = JSON.parse(stderr) as [string[], string[], number];
  return { flags, words, isSamePid: pid === running.child.pid };
};

test.each(['run', 'hub'])(
  '%s takes them, under the pid that it was started with, and keeps what else was asked for',
  async (command) => {
    expect(await startedBy(BIN, command, '--help')).toEqual({
      flags: [...LEAN_FLAGS, '--import', TELLS],
      words: [command, '--help'],
      isSamePid: true,
    });
  },
);

test('a unit that has them is started once', async () => {
  const { flags } = await startedBy(...LEAN_FLAGS, BIN, 'run', '--help');
  expect(flags).toEqual(['--import', TELLS, ...LEAN_FLAGS]);
});

test('a command that ends soon is not started anew', async () => {
  expect((await startedBy(BIN, 'status', '--help')).flags).toEqual(['--import', TELLS]);
});
