/**
 * When a gateway is looked at of Lifeline's own accord: on a pulse, as soon as its logs change, when a grace ends and
 * when its process does.
 */
import { watch, type FSWatcher } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { ProcessSeen } from '../../diagnosis/evidence.ts';
import type { DeathWatch } from '../../sensors/process/death-watch.ts';
import type { Look } from './look.ts';

export interface LookScheduleOptions {
  readonly gateway: string;
  /** Where its logs are. */
  readonly logFolders: ReadonlySet<string>;
  /** Sees the end of its process at once; null: the next look does. */
  readonly deathWatch: DeathWatch | null;
  readonly onProcessEnded: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface WatchStart {
  readonly pulseMs: number;
  /** When the first pulse comes; after `pulseMs` unless told. */
  readonly firstPulseMs?: number;
  readonly followLogs: boolean;
  readonly onLook: (look: Look) => void;
  /** A look of its own accord has failed; the next one will try again. */
  readonly onFailed?: () => void;
}

export interface LookSchedule {
  start(options: WatchStart, look: () => Promise<Look>): void;
  /** One more look, now or when the one under way has ended; none before the start and after the rest. */
  lookSoon(): void;
  /** Plans what follows from a look that has just ended. */
  looked(at: number, recheckAt: number | null, process: ProcessSeen | null, isBeingStarted: boolean): void;
  /** No more looks of its own accord. */
  rest(): void;
}

/** How soon a gateway that is being started by its keeper is looked at again, of real time. */
export const AT_WORK_MS = 500;

/** Several lines come in one burst; one look reads them all. */
const BURST_MS = 100;

export const createLookSchedule = ({
  gateway,
  logFolders,
  deathWatch,
  onProcessEnded,
  clock,
  logger,
}: LookScheduleOptions): LookSchedule => {
  let started: (WatchStart & { readonly look: () => Promise<Look> }) | null = null;
  const stops: (() => void)[] = [];
  let cancelRecheck = (): void => undefined;
  let cancelStartCheck = (): void => undefined;
  let underWay: 'no' | 'yes' | 'and one more' = 'no';

  const lookSoon = (): void => {
    if (!started) return;
    // Causes that come while a look is under way ask for one more look, not for one each.
    if (underWay !== 'no') {
      underWay = 'and one more';
      return;
    }
    underWay = 'yes';
    started
      .look()
      .then(
        (look) => started?.onLook(look),
        (error: unknown) => {
          logger.error({ gateway, err: error }, 'a look failed');
          started?.onFailed?.();
        },
      )
      .finally(() => {
        const oneMore = underWay === 'and one more';
        underWay = 'no';
        if (oneMore) lookSoon();
      });
  };

  const followLogs = (): void => {
    let burst: NodeJS.Timeout | null = null;
    stops.push(() => burst && clearTimeout(burst));
    const watching = watchFolders(
      logFolders,
      () => {
        burst ??= setTimeout(() => {
          burst = null;
          lookSoon();
        }, BURST_MS);
      },
      (error) => logger.debug({ gateway, error }, 'log folder cannot be watched; the pulse reads it'),
    );
    stops.push(watching);
  };

  return {
    start: (options, look) => {
      started = { ...options, look };
      const { pulseMs, firstPulseMs = pulseMs } = options;
      let pulse = setTimeout(() => {
        pulse = setInterval(lookSoon, pulseMs);
        lookSoon();
      }, firstPulseMs);
      stops.push(() => clearInterval(pulse));
      if (options.followLogs) followLogs();
      lookSoon();
    },
    lookSoon,
    looked: (at, recheckAt, process, isBeingStarted) => {
      cancelRecheck();
      cancelStartCheck();
      if (!started) return;
      deathWatch?.follow(gateway, process, () => {
        onProcessEnded();
        lookSoon();
      });
      if (isBeingStarted) {
        const timer = setTimeout(lookSoon, AT_WORK_MS);
        cancelStartCheck = () => clearTimeout(timer);
      }
      if (recheckAt !== null) cancelRecheck = clock.timer(recheckAt - at + 1, lookSoon);
    },
    rest: () => {
      started = null;
      cancelRecheck();
      cancelStartCheck();
      deathWatch?.follow(gateway, null, () => undefined);
      for (const stop of stops.splice(0)) stop();
    },
  };
};

/** Change notification is a hint only; a folder that cannot be watched is still read on each pulse. */
const watchFolders = (
  folders: ReadonlySet<string>,
  onChange: () => void,
  onProblem: (error: string) => void,
): (() => void) => {
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', (error) => onProblem(errorText(error)));
      watchers.push(watcher);
    } catch (error) {
      onProblem(errorText(error));
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
};
