/** The flags that save memory are there however the bot is started. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { flagsOf, LEAN_FLAGS } from '../../src/base/node-flags.ts';

const BIN = join(import.meta.dirname, '../../src/bin.ts');
/** Says at its end with which flags Node was started, and with which words. */
const TELLS = `data:text/javascript,process.on('exit',()=>process.stderr.write(JSON.stringify([process.execArgv,process.argv.slice(2),process.pid,process.env.MALLOC_TRIM_THRESHOLD_??null])))`;
const FLAGS = flagsOf(process.versions.node);

interface Told {
  readonly flags: readonly string[];
  readonly words: readonly string[];
  readonly isSamePid: boolean;
  /** What a child of it gets. */
  readonly trim: string | null;
}

const startedBy = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> => {
  const running = promisify(execFile)(process.execPath, ['--import', TELLS, ...args], {
    // What a command keeps for the next time is not to lie in the home of whoever runs the tests.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1', ...env },
  });
  const { stderr } = await running;
  const [flags, words, pid, trim] = JSON.parse(stderr) as [string[], string[], number, string | null];
  return { flags, words, isSamePid: pid === running.child.pid, trim };
};

test.each(['run', 'hub'])(
  '%s takes them, under the pid that it was started with, and keeps what else was asked for',
  async (command) => {
    expect(await startedBy([BIN, command, '--help'])).toEqual({
      flags: [...FLAGS, '--import', TELLS],
      words: [command, '--help'],
      isSamePid: true,
      trim: null,
    });
  },
);

test('a unit that has those of all versions gets those of its own Node', async () => {
  const { flags } = await startedBy([...LEAN_FLAGS, BIN, 'run', '--help']);
  expect(flags).toEqual([...FLAGS.filter((flag) => !LEAN_FLAGS.includes(flag)), '--import', TELLS, ...LEAN_FLAGS]);
});

test('who has them all is started once', async () => {
  const told = await startedBy([...FLAGS, BIN, 'run', '--help'], { MALLOC_TRIM_THRESHOLD_: '65536' });
  expect(told).toMatchObject({ flags: ['--import', TELLS, ...FLAGS], trim: null });
});

test('an owner’s own word to glibc is kept', async () => {
  expect((await startedBy([BIN, 'run', '--help'], { MALLOC_TRIM_THRESHOLD_: '1000000' })).trim).toBe('1000000');
});

test('without Maglev the first compiler is left in', () => {
  expect(flagsOf('22.18.0')).toEqual(LEAN_FLAGS);
});

test('a command that ends soon is not started anew', async () => {
  expect((await startedBy([BIN, 'status', '--help'])).flags).toEqual(['--import', TELLS]);
});
