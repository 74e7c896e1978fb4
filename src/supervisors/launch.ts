/** Starts a gateway as a process of its own that outlives Lifeline, and notices when it ends at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname } from 'node:path';
import { errorText } from '../base/errors.ts';
import { openToAppend } from '../base/open-foreign.ts';
import { EX_CONFIG } from '../base/exit-codes.ts';
import { within } from '../base/time-limit.ts';
import { cleanEnv } from './clean-env.ts';
import { lastWords } from './last-output.ts';
import { boundOutput } from './output-log.ts';

export interface LaunchOptions {
  /** Program and arguments; no shell ever sees them. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Added to Lifeline's cleaned environment, such as the variable that names the home. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The file to which the gateway's output is appended, where that is possible: a gateway whose output is lost is
   * better than none.
   */
  readonly outputFile: string;
  /** Hears why the gateway's output is not kept. */
  readonly onNoOutput?: (reason: string) => void;
  /** A process that ends sooner than this has not started. */
  readonly earlyExitMs: number;
}

export type Launch =
  /** `handedOver` resolves if it ends with code 0 later on: it may have left the service running. */
  | { readonly outcome: 'running'; readonly pid: number; readonly handedOver: Promise<void> }
  | { readonly outcome: 'handed_over'; readonly pid: number }
  | { readonly outcome: 'ended'; readonly pid: number; readonly reason: string }
  | { readonly outcome: 'not_started'; readonly reason: string };

/** @returns once it has run for `earlyExitMs`, has ended before that, or could not be started. */
export const launch = async (options: LaunchOptions): Promise<Launch> => {
  const [program, ...args] = options.command;
  if (program === undefined)
    return notStarted(
      'There is no command to start the gateway with. Set "command" of this gateway in the configuration.',
    );
  if (!(await isFolder(options.cwd)))
    return notStarted(`The folder ${options.cwd} does not exist. Set "home" of this gateway in the configuration.`);
  const { output, path } = await openOutput(options);
  const { size: offset } = await output.stat();
  const { pid, ended } = spawnDetached(program, args, output.fd, options);
  await output.close();
  if (pid === undefined) return notStarted(cannotStart(program, (await ended).error));
  const early = await within(ended, options.earlyExitMs);
  // Code 0 is for the caller to judge: some commands hand over to another process and end.
  if (early?.exitCode === 0) return { outcome: 'handed_over', pid };
  if (early === null) {
    const handedOver = new Promise<void>((resolve) => {
      void ended.then(({ exitCode }) => exitCode === 0 && resolve());
    });
    return { outcome: 'running', pid, handedOver };
  }
  const words = await lastWords(path, offset);
  const how = early.exitCode === null ? `by ${early.signal ?? 'a signal'}` : `with code ${early.exitCode}`;
  const hint =
    early.exitCode === EX_CONFIG
      ? ', which means that its own configuration is wrong: another restart will not help'
      : '';
  return {
    outcome: 'ended',
    pid,
    reason: `The gateway (pid ${pid}) ended at once ${how}${hint}.${words && `\nIts last words:\n${words}`}`,
  };
};

interface End {
  /** The system's word when it could not be started, e.g. `ENOENT`. */
  readonly error: string | undefined;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * Never throws, and `ended` never rejects. Node collects the exit code of its children, so none stays a zombie while
 * Lifeline runs.
 */
const spawnDetached = (
  program: string,
  args: readonly string[],
  output: number,
  { cwd, env }: LaunchOptions,
): { readonly pid: number | undefined; readonly ended: Promise<End> } => {
  try {
    // Not through execa, whose types do not take a file's descriptor; a pipe instead of it would break when Lifeline
    // ends.
    const child = spawn(program, args, {
      cwd,
      // `PWD` is set as a shell sets it: Lifeline's own would name another folder.
      env: { ...cleanEnv(process.env), PWD: cwd, ...env },
      // A session of its own: what ends Lifeline, or Lifeline's terminal, does not end the gateway.
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return { pid: child.pid, ended: endOf(child) };
  } catch (error) {
    // Most failures come as an event, but some, such as E2BIG, are thrown.
    return { pid: undefined, ended: Promise.resolve(failure(error)) };
  }
};

const endOf = (child: ChildProcess): Promise<End> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(failure(error)));
    child.once('exit', (exitCode, signal) => resolve({ error: undefined, exitCode, signal }));
  });

const failure = (error: unknown): End => ({
  error: (error as NodeJS.ErrnoException).code ?? errorText(error),
  exitCode: null,
  signal: null,
});

const notStarted = (reason: string): Launch => ({ outcome: 'not_started', reason });

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** A disk that is full or read-only must not keep the gateway down. */
const openOutput = async ({
  outputFile,
  onNoOutput,
}: LaunchOptions): Promise<{ readonly output: FileHandle; readonly path: string }> => {
  try {
    await mkdir(dirname(outputFile), { recursive: true, mode: 0o700 });
    await boundOutput(outputFile);
    // Because the gateway appends, the file can be cut while the gateway writes.
    return { output: await openToAppend(outputFile, 0o600), path: outputFile };
  } catch (error) {
    onNoOutput?.(errorText(error));
    return { output: await open(devNull, 'a'), path: devNull };
  }
};

const cannotStart = (program: string, code: string | undefined): string => {
  const fix = 'Set "command" of this gateway in the configuration, with the full path of the program.';
  if (code === 'ENOENT')
    return `The program "${program}" was not found (or the interpreter that its first line names). ${fix}`;
  if (code === 'EACCES')
    return `The program "${program}" may not be executed (permission denied). Make it executable, or: ${fix}`;
  return `The program "${program}" could not be started (${code ?? 'unknown error'}). ${fix}`;
};
