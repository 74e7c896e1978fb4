/**
 * What is done again and again, at whole multiples of its interval: what comes round in one moment wakes the process
 * once. At rest it is the waking that costs, not what is done then.
 */
interface Task {
  readonly everyMs: number;
  readonly run: () => void;
  dueAt: number;
}

/** Node's timers may fire so much before their time. */
const EARLY_MS = 2;

const tasks = new Set<Task>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `run` every `everyMs` of real time, for the first time within that. What one task throws keeps no other from
 * its turn. @returns what ends it.
 */
export const repeat = (everyMs: number, run: () => void): (() => void) => {
  const task = { everyMs, run, dueAt: nextMultiple(everyMs, performance.now()) };
  tasks.add(task);
  arm();
  return () => {
    if (tasks.delete(task)) arm();
  };
};

/** Without a task there is no timer: it would keep a process alive that has ended its work. */
const arm = (): void => {
  clearTimeout(timer);
  if (tasks.size === 0) return;
  const first = Math.min(...[...tasks].map(({ dueAt }) => dueAt));
  timer = setTimeout(turn, Math.max(0, Math.ceil(first - performance.now())));
};

const turn = (): void => {
  const now = performance.now() + EARLY_MS;
  const due = [...tasks].filter(({ dueAt }) => dueAt <= now);
  for (const task of due) task.dueAt = nextMultiple(task.everyMs, now);
  arm();
  for (const task of due) if (tasks.has(task)) runAlone(task);
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
