/** Says in the log when a loop has stopped turning, and when it turns again. */
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import type { Watchdog } from './watchdog.ts';

/** @returns what looks once. */
export const createWatchdogLog = (watchdog: Pick<Watchdog, 'stuck'>, logger: Logger): (() => void) => {
  let known: ReadonlySet<string> = new Set();
  return () => {
    const stuck = watchdog.stuck();
    for (const { loop, silentMs, limitMs } of stuck)
      if (!known.has(loop))
        logger.error(
          { ...event('loop.stuck'), loop, silentMs: Math.round(silentMs), limitMs },
          'a loop of Lifeline does not turn any more',
        );
    const now = new Set(stuck.map(({ loop }) => loop));
    for (const loop of known) if (!now.has(loop)) logger.warn({ ...event('loop.turning'), loop }, 'it turns again');
    known = now;
  };
};
