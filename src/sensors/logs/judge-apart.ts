/**
 * Judges in a thread of its own, for a limited time: neither a pattern that somebody has thought up nor a line of a
 * megabyte holds up the thread that watches.
 */
import type { Worker } from 'node:worker_threads';
import { neverShown } from '../../base/redact/redact.ts';
import { UserError } from '../../base/errors.ts';
import { shownOf, type Judging, type Piece, type Sought } from './judging.ts';
import type { Answer, Beginning, Question } from './judge-worker.ts';

export const SEARCH_CPU_MS = 2_000;
/** On a machine so busy that the thread hardly runs; without `Worker.cpuUsage` (before Node 24.6) it counts alone. */
const WALL_FACTOR = 10;
const LOOK_EVERY_MS = 100;
/** What is redacted faster than a thread begins. */
const FEW_CHARACTERS = 16_384;
/** A pattern that makes too many states ends its thread, not the process. */
const MOST_MB = 128;

/** One search at a time has a thread, so that many do not take all cores. */
let turn: Promise<unknown> = Promise.resolve();

export const judgeApart = (sought: Sought, cpuMs = SEARCH_CPU_MS): Judging => {
  let thread: Promise<Thread> | null = null;
  let isUsedUp = false;
  let leave = (): void => undefined;

  const begun = async (): Promise<Thread> => {
    const before = turn;
    turn = new Promise<void>((resolve) => (leave = resolve));
    await before;
    return beginThread(sought, cpuMs);
  };
  const ask = async (question: Question): Promise<Extract<Answer, { kind: 'answer' }>['answer'] | null> => {
    if (isUsedUp) return null;
    const answer = await (await (thread ??= begun())).ask(question);
    if (answer === null) {
      isUsedUp = true;
      return null;
    }
    if (answer.kind === 'answer') return answer.answer;
    throw answer.code === null ? new Error(answer.message) : new UserError(answer.code, answer.message);
  };

  return {
    finds: async (pieces) =>
      sought.text === null && sought.pattern === null
        ? pieces.map(({ texts }) => texts.map(() => true))
        : ((await ask({ ask: 'finds', pieces })) as readonly (readonly boolean[])[] | null),
    shown: async (pieces) =>
      lengthOf(pieces) <= FEW_CHARACTERS
        ? pieces.map(shownOf)
        : ((await ask({ ask: 'shown', pieces })) as readonly (readonly string[])[] | null),
    close: async () => {
      try {
        await (await thread)?.end();
      } finally {
        leave();
      }
    },
  };
};

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { texts }) => texts.reduce((length, text) => length + text.length, sum), 0);

interface Thread {
  /** @returns null when its time is used up. */
  ask(question: Question): Promise<Answer | null>;
  end(): Promise<unknown>;
}

const beginThread = async (sought: Sought, cpuMs: number): Promise<Thread> => {
  // Loaded at the first search: few bots need it.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const program: string | URL = new URL('./judge-worker.ts', import.meta.url);
  const worker = new Worker(program, {
    eval: typeof program === 'string',
    workerData: { sought, secrets: neverShown() } satisfies Beginning,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
  });
  let settle = (_answer: Answer | null): void => undefined;
  let fail = (_error: unknown): void => undefined;
  let isEnded = false;
  worker.on('message', (answer: Answer) => settle(answer));
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') fail(error);
  });
  worker.on('exit', () => {
    isEnded = true;
    settle(null);
  });
  const answered = (): Promise<Answer | null> =>
    new Promise((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
  // It says once that its program is loaded; what that takes is no time of the search.
  await answered();
  const cpuUsed = await createCpuClock(worker);
  let waited = 0;

  return {
    ask: async (question) => {
      if (isEnded) return null;
      const asked = performance.now();
      const look = async (): Promise<void> => {
        const wall = waited + performance.now() - asked;
        if ((await cpuUsed(wall)) > cpuMs || wall > WALL_FACTOR * cpuMs) await worker.terminate();
      };
      const timer = setInterval(() => void look(), LOOK_EVERY_MS);
      try {
        const answer = answered();
        worker.postMessage(question);
        return await answer;
      } finally {
        clearInterval(timer);
        waited += performance.now() - asked;
      }
    },
    end: () => worker.terminate(),
  };
};

/** Milliseconds of a core since now; where Node does not tell them, those of the clock. */
const createCpuClock = async (worker: Worker): Promise<(wall: number) => Promise<number>> => {
  const cpu = async (): Promise<number> => {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1_000;
  };
  if (!('cpuUsage' in worker)) return (wall) => Promise.resolve(wall);
  const begin = await cpu();
  // It fails when the thread has just ended.
  return async () => (await cpu().catch(() => begin)) - begin;
};
