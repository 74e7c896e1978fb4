/**
 * Runs a program of an operator's: a list of words, no shell, no input, a process group of its own that ends as a
 * whole at the time limit, and an output of which a bounded part is kept.
 */
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { closeLeftOpen } from '../../base/left-open.ts';

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Of real time. After it the group gets SIGTERM, and SIGKILL `killAfterMs` later. */
  readonly timeoutMs: number;
  readonly killAfterMs?: number;
  /** Lifeline ends. */
  readonly signal?: AbortSignal;
}

export type ProgramEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** `ended`: whether it could be ended; a process that waits for a dead disk cannot. */
  | { readonly kind: 'timeout' | 'called_off'; readonly ended: boolean }
  | { readonly kind: 'not_found' | 'not_allowed' | 'no_folder' }
  | { readonly kind: 'not_started'; readonly why: string };

export interface ProgramResult {
  readonly ending: ProgramEnd;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** Both in the order in which they came. */
  readonly both: KeptOutput;
  readonly tookMs: number;
}

export interface RunningProgram {
  /** Never rejects, and comes soon after the limit at the latest. */
  readonly result: Promise<ProgramResult>;
  /** When it is truly gone. */
  readonly gone: Promise<void>;
}

const KILL_AFTER_MS = 2_000;
/** A busy machine takes seconds over the end of a process that was killed; what lives longer hangs in the kernel. */
const GIVE_UP_AFTER_MS = 10_000;

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

export const startProgram = (
  [program = '', ...args]: readonly string[],
  { env, cwd, timeoutMs, killAfterMs = KILL_AFTER_MS, signal }: ProgramOptions,
): RunningProgram => {
  const startedAt = performance.now();
  const stdout = createOutputKeeper();
  const stderr = createOutputKeeper();
  const both = createOutputKeeper();
  const resultOf = (ending: ProgramEnd): ProgramResult => ({
    ending,
    stdout: stdout.kept(),
    stderr: stderr.kept(),
    both: both.kept(),
    tookMs: performance.now() - startedAt,
  });
  const never = (ending: ProgramEnd): RunningProgram => ({
    result: Promise.resolve(resultOf(ending)),
    gone: Promise.resolve(),
  });
  if (signal?.aborted) return never({ kind: 'called_off', ended: true });
  // A missing folder and a missing program are the same error to the system.
  if (!isFolder(cwd)) return never({ kind: 'no_folder' });

  const running = execa(program, args, {
    env,
    extendEnv: false,
    cwd,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
    buffer: false,
    reject: false,
  });
  const child = running.nodeChildProcess;
  const outputsEnded = closeLeftOpen(running);
  let ending: { readonly kind: 'timeout' | 'called_off' } | null = null;
  let isGone = false;
  const timers = new Set<NodeJS.Timeout>();
  const later = (work: () => void, ms: number): void => void timers.add(setTimeout(work, ms));

  const listen = (stream: Readable, own: typeof stdout): void => {
    stream.on('data', (chunk: Buffer) => {
      own.add(chunk);
      both.add(chunk);
    });
    stream.on('error', () => undefined);
  };
  listen(running.stdout, stdout);
  listen(running.stderr, stderr);
  const closeOutputs = (): void => {
    running.stdout.destroy();
    running.stderr.destroy();
  };
  /** The group has the number of its first process. */
  const signalGroup = (name: 'SIGTERM' | 'SIGKILL'): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // Nobody is left in it.
    }
  };

  let giveUp: (result: ProgramResult) => void;
  const givenUp = new Promise<ProgramResult>((resolve) => {
    giveUp = resolve;
  });
  const terminate = (kind: 'timeout' | 'called_off'): void => {
    if (ending !== null || isGone) return;
    ending = { kind };
    signalGroup('SIGTERM');
    later(() => {
      signalGroup('SIGKILL');
      later(() => giveUp(resultOf({ kind, ended: false })), GIVE_UP_AFTER_MS);
    }, killAfterMs);
  };
  const callOff = (): void => terminate('called_off');
  later(() => terminate('timeout'), timeoutMs);
  signal?.addEventListener('abort', callOff, { once: true });

  child.once('exit', () => {
    // Whatever it started goes with it at the limit; else that is left alone, as a service that was started must be.
    if (ending === null) return;
    signalGroup('SIGKILL');
    later(closeOutputs, 0);
  });

  const gone = running.then(
    (ended) => ended,
    () => ({ code: undefined, exitCode: undefined, signal: undefined }),
  );
  const result = gone.then((ended): ProgramResult => {
    isGone = true;
    outputsEnded();
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', callOff);
    return resultOf(ending === null ? endingOf(ended) : { ...ending, ended: true });
  });
  return {
    result: Promise.race([result, givenUp]),
    gone: result.then(() => undefined),
  };
};

const endingOf = ({
  exitCode,
  signal,
  code = '',
}: {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
}): ProgramEnd => {
  if (exitCode !== undefined) return { kind: 'exit', code: exitCode };
  if (signal !== undefined) return { kind: 'signal', signal };
  if (code === 'ENOENT') return { kind: 'not_found' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'not_allowed' };
  return { kind: 'not_started', why: code };
};

export const KEPT_BYTES = 64_000;

export interface KeptOutput {
  readonly head: Buffer;
  /** Empty when all of it is in `head`. */
  readonly tail: Buffer;
  /** What was left out between them. */
  readonly droppedBytes: number;
}

export interface OutputKeeper {
  add(chunk: Buffer): void;
  kept(): KeptOutput;
}

/** Keeps the beginning and the end of what a program writes, however much that is. */
export const createOutputKeeper = (mostBytes = KEPT_BYTES): OutputKeeper => {
  const half = Math.floor(mostBytes / 2);
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let total = 0;

  return {
    add: (chunk) => {
      total += chunk.length;
      const first = chunk.subarray(0, half - headBytes);
      // A copy: a part must not keep the whole of a chunk in memory.
      if (first.length > 0) head.push(Buffer.from(first));
      headBytes += first.length;
      const rest = chunk.subarray(first.length).subarray(-half);
      if (rest.length === 0) return;
      tail.push(Buffer.from(rest));
      tailBytes += rest.length;
      if (tailBytes < 2 * half) return;
      tail = [Buffer.concat(tail).subarray(-half)];
      tailBytes = half;
    },
    kept: () => {
      const end = Buffer.concat(tail).subarray(-half);
      return { head: Buffer.concat(head), tail: end, droppedBytes: total - headBytes - end.length };
    },
  };
};
