/** Another user of this machine, for tests: root alone can be one. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** Nobody, who is on every machine and owns nothing. */
export const STRANGER = 65_534;

const AS_STRANGER = ['--reuid', String(STRANGER), '--regid', String(STRANGER), '--clear-groups'];

/** Why another user cannot be played here; null: one can. */
export const noStranger = ((): string | null => {
  if (process.getuid?.() !== 0) return 'needs root, who alone can be another user as well';
  const { status } = spawnSync('setpriv', [...AS_STRANGER, process.execPath, '-e', '0']);
  return status === 0 ? null : 'needs setpriv (util-linux), and a Node that others may run';
})();

/** Runs JavaScript as the stranger. @returns what it printed. @throws when it fails. */
export const strangerDoes = (code: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(
    'setpriv',
    [...AS_STRANGER, process.execPath, '-e', code, '--', ...args],
    { encoding: 'utf8', cwd: '/' },
  );
  if (status !== 0) throw new Error(`the stranger could not: ${stderr}`);
  return stdout;
};

/** The same for as long as the test runs; resolves when it has printed something. */
export const strangerKeeps = async (code: string, ...args: readonly string[]): Promise<ChildProcess> => {
  const child = spawn('setpriv', [...AS_STRANGER, process.execPath, '-e', code, '--', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
  });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (child.kill('SIGKILL')) await ended;
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('close', () => reject(new Error('the stranger ended')));
  });
  return child;
};
