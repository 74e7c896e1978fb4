/**
 * What is done again and again, at whole multiples of its interval: what comes round in one moment wakes the process
 * once. At rest it is the waking that costs, not what is done then.
 */
interface Task {
  readonly everyMs: number;
  readonly run: () => void;
  dueAt: number;
  /** Whether its turn has come, and it has not run yet. */
  isDue: boolean;
}

/** Node's timers may fire so much before their time. */
const EARLY_MS = 2;
/**
 * A timer that is set again for as long as before costs a fraction of a new one. Each comes a little late, so that they
 * drift off the multiples by this much before a new one is made; the time between two turns stays the same.
 */
const DRIFT_MS = 20;

const tasks = new Set<Task>();
let timer: { readonly node: NodeJS.Timeout; readonly afterMs: number } | undefined;

/**
 * Calls `run` every `everyMs` of real time, for the first time within that. What one task throws keeps no other from
 * its turn. @returns what ends it.
 */
export const repeat = (everyMs: number, run: () => void): (() => void) => {
  const task = { everyMs, run, dueAt: nextMultiple(everyMs, performance.now()), isDue: false };
  tasks.add(task);
  arm();
  return () => {
    if (tasks.delete(task)) arm();
  };
};

/** Without a task there is no timer: it would keep a process alive that has ended its work. */
const arm = (): void => {
  clearTimeout(timer?.node);
  timer = undefined;
  let first = Infinity;
  for (const { dueAt } of tasks) first = Math.min(first, dueAt);
  if (first < Infinity) begin(Math.max(0, Math.ceil(first - performance.now())));
};

const begin = (afterMs: number): void => {
  timer = { node: setTimeout(turn, afterMs), afterMs };
};

/** Four times a second: no list is made, and most of the time no timer. */
const turn = (): void => {
  const now = performance.now();
  let first = Infinity;
  for (const task of tasks) {
    if (task.dueAt <= now + EARLY_MS) {
      task.dueAt = nextMultiple(task.everyMs, now + EARLY_MS);
      task.isDue = true;
    }
    if (task.dueAt < first) first = task.dueAt;
  }
  const afterMs = Math.ceil(first - now);
  if (timer !== undefined && afterMs <= timer.afterMs && timer.afterMs - afterMs < DRIFT_MS) timer.node.refresh();
  else begin(Math.max(0, afterMs));
  // One that is ended meanwhile is not met any more.
  for (const task of tasks) {
    if (!task.isDue) continue;
    task.isDue = false;
    runAlone(task);
  }
};

const runAlone = ({ run }: Task): void => {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
};

const nextMultiple = (everyMs: number, now: number): number => (Math.floor(now / everyMs) + 1) * everyMs;
