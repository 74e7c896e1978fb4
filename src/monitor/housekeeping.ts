/**
 * What must happen every few seconds for as long as Lifeline runs: the store is proven, old rows go, stuck loops are
 * told.
 */
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import { repeat } from '../base/repeat.ts';
import { reported, type StageReport } from '../base/stage-report.ts';
import { prune } from '../store/retention.ts';
import type { Store } from '../store/store.ts';
import { boundOutputs } from '../supervisors/output-log.ts';
import { createWatchdogLog, type Watchdog } from './watchdog.ts';

export interface HousekeepingOptions {
  readonly store: Store;
  readonly dataDir: string;
  /** How old rows may become. */
  readonly keepMs: number;
  readonly watchdog: Watchdog;
  /** The store was lost or can be on the disk again: the app must be started anew. */
  readonly onOutdated: () => void;
  /** Hears of what fails. */
  readonly report: StageReport;
  readonly logger: Logger;
}

const EVERY_MS = 10_000;
/** A check reads and writes, and may wait some seconds for another process. */
const LIMIT_MS = 60_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Begins at once. @returns what ends it. */
export const startHousekeeping = ({
  store,
  dataDir,
  keepMs,
  watchdog,
  onOutdated,
  report,
  logger,
}: HousekeepingOptions): (() => void) => {
  const beat = watchdog.begin('upkeep', LIMIT_MS);
  const loopLog = createWatchdogLog(watchdog, logger);
  let prunedAt = -Infinity;

  const checkStore = (now: number): void => {
    const found = store.check(now);
    if (found === 'lost')
      logger.error(
        { ...event('store.trouble'), dataDir },
        'the database cannot be written any more; Lifeline starts anew in the same process',
      );
    if (found === 'disk_is_back')
      logger.warn(
        { ...event('store.back'), dataDir },
        'the data folder can be used again; Lifeline starts anew in the same process',
      );
    if (found !== 'ok') onOutdated();
    // In small steps, so that nothing waits for it.
    else if (Math.abs(now - prunedAt) >= PRUNE_EVERY_MS && !prune(store.db, now, { keepMs }).more) prunedAt = now;
  };

  if (store.problem)
    logger.error(
      { ...event('store.trouble'), dataDir, ...store.problem },
      'the data folder cannot be used; Lifeline keeps what it must know in memory',
    );
  return repeat(EVERY_MS, () => {
    beat();
    loopLog();
    try {
      reported(report, { stage: 'upkeep', gateway: null }, () => checkStore(Date.now()));
    } catch (error) {
      logger.error({ err: error }, 'the upkeep of the store failed; trying again');
    }
    boundOutputs(dataDir).catch((err: unknown) =>
      logger.warn({ err }, "a gateway's output file could not be cut; trying again"),
    );
  });
};
