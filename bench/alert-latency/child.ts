/** Programs beside the gateway: started without the bench's own settings, ended for certain. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

export interface Child {
  readonly pid: number;
  /** Why it ended; null while it runs. */
  ended(): string | null;
  kill(): Promise<void>;
}

/** A bench that is interrupted leaves no watcher behind; the gateway notices by itself that its sandbox is gone. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const INHERITED = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR'];

const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

/** @throws Error when there is no such program. */
export const startChild = async (
  program: string,
  args: readonly string[],
  outputFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Child> => {
  const output = openSync(outputFile, 'a', 0o600);
  const child = spawn(program, args, { env: { ...environment(), ...env }, stdio: ['ignore', output, output] });
  closeSync(output);
  await once(child, 'spawn');
  running.add(child);
  child.once('exit', () => running.delete(child));
  if (child.pid === undefined) throw new Error(`${program} has no pid`);
  return { pid: child.pid, ended: () => endOf(child), kill: () => kill(child) };
};

const endOf = ({ exitCode, signalCode }: ChildProcess): string | null =>
  exitCode === null && signalCode === null ? null : `exit ${String(exitCode ?? signalCode)}`;

/** Nothing that it would do on its way out is measured, and a restart of the gateway must not be on its way. */
const kill = async (child: ChildProcess): Promise<void> => {
  if (endOf(child) !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

/** @returns the first line of what `program` says of itself; null when it is not on this machine. */
export const versionOf = (program: string, flag: string): string | null => {
  const { error, stdout } = spawnSync(program, [flag], { encoding: 'utf8', env: environment() });
  return error ? null : (stdout.split('\n')[0] ?? '');
};
