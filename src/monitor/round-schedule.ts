/** Does the full round by its schedule, and knows when the next one is due. */
import { schedule } from 'node-cron';
import type { Watchdog } from './watchdog.ts';
import { LOOK_LIMIT_MS } from './monitors.ts';

export interface Rounds {
  /** The clock has jumped, by which the schedule goes: the next round is due at another time. */
  dueAnew(): void;
  stop(): void | Promise<void>;
}

/** @param round never throws. */
export const startRounds = (cron: string, round: () => Promise<void>, watchdog: Watchdog): Rounds => {
  const task = schedule(
    cron,
    async () => {
      await round();
      dueAnew();
    },
    { noOverlap: true },
  );
  const nextMs = (): number => untilNext(task.getNextRun(), Date.now(), LOOK_LIMIT_MS);
  const beat = watchdog.begin('round', nextMs());
  const dueAnew = (): void => beat(nextMs());
  return { dueAnew, stop: () => task.destroy() };
};

/** Timers are late at times; a schedule's next time may fall into an hour that a change of the clocks has twice. */
const SLACK_MS = 60_000;

/**
 * How long a scheduled loop may be silent: until it is due next, and as long as that may take. @param next null: never
 * again by this schedule. @returns never less than `lastsMs`, whatever the clock did.
 */
export const untilNext = (next: Date | null, now: number, lastsMs: number): number =>
  next === null ? Infinity : Math.max(0, next.getTime() - now) + lastsMs + SLACK_MS;
