/** Starts the gateway as its user would in a shell: detached, without a supervisor, its output in a file. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface Launch {
  readonly pid: number | undefined;
  /** Why it ended, in words; null while it runs. */
  readonly ended: () => string | null;
}

/** What a login shell hands on, and what Node has compiled before; the test runner's own settings stay out. */
const INHERITED = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_COMPILE_CACHE'];

const environment = (own: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  ),
  ...own,
});

export const launch = (
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  outputFile: string,
): Launch => {
  const output = openSync(outputFile, 'a', 0o600);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output], env: environment(env) });
  closeSync(output);
  child.unref();
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `exit ${String(code ?? signal)}`));
  return { pid: child.pid, ended: () => ended };
};
