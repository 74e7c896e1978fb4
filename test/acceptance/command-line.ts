/** Runs the real command line as a person or cron would. */
import { spawn } from 'node:child_process';
import { MAIN, QUICK_START } from '../program.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Typed on the console, line by line, once `afterOutput` has been printed. */
  readonly input?: readonly string[];
  readonly afterOutput?: RegExp;
  /** SIGTERM once this has been printed. */
  readonly stopAfter?: RegExp;
}

/** Its environment holds nothing of the test runner's own. */
const bare = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  TZ: process.env['TZ'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  ...env,
});

/** @returns what it printed and how it ended; its environment holds nothing of the test runner's own. */
export const lifeline = (
  args: readonly string[],
  { env = {}, input = [], afterOutput, stopAfter }: RunOptions = {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...QUICK_START, MAIN, ...args], { env: bare(env), stdio: 'pipe' });
    let out = '';
    let err = '';
    let typed = false;
    let stopped = false;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (!typed && afterOutput?.test(out)) {
        typed = true;
        child.stdin.write(input.map((line) => `${line}\n`).join(''));
      }
      // A second one would cut off what is still ending.
      if (!stopped && stopAfter?.test(out)) stopped = child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });

/**
 * The same behind a pipe whose reader has ended before anything is written, as `head` has after its last line; or
 * written into a file.
 */
export const lifelineUnread = (
  args: readonly string[],
  { env = {}, into }: Pick<RunOptions, 'env'> & { readonly into?: string } = {},
): Promise<Omit<Ran, 'out'>> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        `{ "$@"; echo "$?" >&3; } ${into === undefined ? '| true' : `> ${into}`}`,
        'sh',
        process.execPath,
        ...QUICK_START,
        MAIN,
        ...args,
      ],
      { env: bare(env), stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const said = { err: '', code: '' };
    child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    child.stdio[3]?.on('data', (chunk: Buffer) => (said.code += chunk.toString()));
    child.once('error', reject);
    child.once('close', () => resolve({ code: Number(said.code), err: said.err }));
  });
