/** Does the full round by its schedule, and knows when the next one is due. */
import { schedule } from 'node-cron';
import type { Watchdog } from './watchdog.ts';
import { untilNext } from './until-next.ts';
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
  const turned = watchdog.begin('round', nextMs());
  const dueAnew = (): void => turned(nextMs());
  return { dueAnew, stop: () => task.destroy() };
};
