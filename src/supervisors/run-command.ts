/**
 * Runs a service manager's tool: an argument array, no shell, a cleaned environment, and an end within a time limit.
 */
import { execa } from 'execa';
import { closeLeftOpen } from '../base/left-open.ts';
import { cleanEnv } from './clean-env.ts';
import { lastOutputLines } from './last-output.ts';

export interface CommandOptions {
  /** Added to Lifeline's cleaned environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of real time; 30 s unless told. After it the tool gets SIGTERM, and SIGKILL 2 s later. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
}

export interface CommandOutput {
  /** null: it was not found, could not be started, or was ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no exit code. `timeout` also when the signal was aborted. */
  readonly failure: 'not_found' | 'not_allowed' | 'timeout' | 'signal' | 'other' | null;
}

export type RunCommand = (argv: readonly [string, ...string[]], options?: CommandOptions) => Promise<CommandOutput>;

const TIMEOUT_MS = 30_000;
const KILL_AFTER_MS = 2_000;
/** Tools that list everything may print much; the rest of such output is not needed. */
const MAX_OUTPUT = 4_000_000;
/** A tool tells of its failure at the end of its output. Patterns look for that, and take long over much text. */
export const MOST_WORDS = 16_384;

/** cron's PATH has no sbin, where some of these tools are. */
export const withSbin = (path = '/usr/bin:/bin'): string => `${path}:/usr/local/sbin:/usr/sbin:/sbin`;

/** Never throws. */
export const runCommand: RunCommand = async (
  [program, ...args],
  { env = {}, timeoutMs = TIMEOUT_MS, signal, cwd } = {},
) => {
  if (signal?.aborted) return { exitCode: null, stdout: '', stderr: '', failure: 'timeout' };
  const running = execa(program, args, {
    env: { ...cleanEnv(process.env), PATH: withSbin(process.env['PATH']), LC_ALL: 'C', ...env },
    extendEnv: false,
    timeout: timeoutMs,
    forceKillAfterDelay: KILL_AFTER_MS,
    stdin: 'ignore',
    reject: false,
    maxBuffer: MAX_OUTPUT,
    ...(signal ? { cancelSignal: signal } : {}),
    ...(cwd === undefined ? {} : { cwd }),
  });
  const result = await running.finally(closeLeftOpen(running));
  return {
    exitCode: result.exitCode ?? null,
    stdout: result.stdout,
    stderr: result.stderr.slice(-MOST_WORDS),
    failure: failureOf(result),
  };
};

const failureOf = ({
  exitCode,
  timedOut,
  isCanceled,
  code,
  signal,
}: {
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
}): CommandOutput['failure'] => {
  if (timedOut || isCanceled) return 'timeout';
  if (exitCode !== undefined) return null;
  if (code === 'ENOENT') return 'not_found';
  if (code === 'EACCES' || code === 'EPERM') return 'not_allowed';
  return signal === undefined ? 'other' : 'signal';
};

/** What a tool said when it failed, short and without secrets. */
export const wordsOf = ({ stdout, stderr, failure, exitCode }: CommandOutput): string =>
  lastOutputLines(stderr) ||
  lastOutputLines(stdout) ||
  (failure === null ? `it ended with code ${exitCode}` : FAILURES[failure]);

const FAILURES: Record<NonNullable<CommandOutput['failure']>, string> = {
  not_found: 'the program was not found',
  not_allowed: 'the program may not be executed',
  timeout: 'it did not finish in time',
  signal: 'it was ended by a signal',
  other: 'it could not be started',
};
