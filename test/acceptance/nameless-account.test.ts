/** A container may run Lifeline as a number that has no name and no home. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noStranger } from '../base/open-foreign/stranger.ts';
import { ownFolder } from '../store/helpers.ts';

const NAMELESS = 4_242;
const BIN = join(import.meta.dirname, '../../src/bin.ts');

const lifeline = (env: NodeJS.ProcessEnv, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    'setpriv',
    ['--reuid', String(NAMELESS), '--regid', String(NAMELESS), '--clear-groups', process.execPath, BIN, ...args],
    { encoding: 'utf8', cwd: '/', env: { PATH: '/usr/bin:/bin', ...env } },
  );
  return { status, stdout, stderr };
};

const NO_HOME =
  "This account (uid 4242) is not in the system's list of users, and HOME is not set. Set HOME to a folder that belongs to it.\n";

describe.skipIf(noStranger !== null)(`an account without a name (${noStranger ?? 'played by root'})`, () => {
  test.each([[['run']], [['status']], [['doctor', '--offline']], [['config', 'check']], [['service', 'status']]])(
    'and without a HOME is told by %j to set it',
    (args) => {
      expect(lifeline({}, ...args)).toEqual({ status: 2, stdout: '', stderr: NO_HOME });
    },
  );

  test('needs no home to be helped', () => {
    expect(lifeline({}, '--help')).toMatchObject({ status: 0, stderr: '' });
  });

  test('sees the gateway of its HOME, and examines it', () => {
    const home = ownFolder();
    mkdirSync(join(home, '.hermes/logs'), { recursive: true });
    for (const folder of ['', '.hermes', '.hermes/logs']) chownSync(join(home, folder), NAMELESS, NAMELESS);
    expect(lifeline({ HOME: home }, 'status')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('main: ') as string,
      stderr: '',
    });
    expect(lifeline({ HOME: home }, 'doctor', '--offline')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('the gateway does not run') as string,
      stderr: '',
    });
  });
});
