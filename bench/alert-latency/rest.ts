/** What a watcher costs while all is well. */
import { readFileSync } from 'node:fs';
import { openStage } from './stage.ts';

export interface Cost {
  readonly watcher: string;
  /** Of one core, with the programs that it ran. */
  readonly cpuPercent: number;
  readonly rssMb: number;
}

/** Linux counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10;
const WARM_UP_MS = 15_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** utime, stime, cutime and cstime of `/proc/PID/stat`; the command's name before them may hold anything. */
const cpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
};

const rssMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

export const measureRest = async (forMs: number, monit: boolean): Promise<readonly Cost[]> => {
  const stage = await openStage({ watch: {}, monit });
  try {
    await pause(WARM_UP_MS);
    const watchers = (
      [
        ['Lifeline', stage.lifeline],
        ['monit', stage.monit],
      ] as const
    ).flatMap(([watcher, child]) => (child ? [{ watcher, pid: child.pid }] : []));
    const before = watchers.map(({ pid }) => cpuMs(pid));
    const begun = performance.now();
    await pause(forMs);
    const took = performance.now() - begun;
    return watchers.map(({ watcher, pid }, n) => ({
      watcher,
      cpuPercent: (100 * (cpuMs(pid) - (before[n] ?? 0))) / took,
      rssMb: rssMb(pid),
    }));
  } finally {
    await stage.close();
  }
};
