/**
 * What of a log that is followed was written since the last look, whatever its times say. Clocks are set back, people
 * paste old lines, and a log is replaced by an older copy of itself: what was read before is no evidence once more.
 */
import { AHEAD_MS, type Instant } from '../../base/instant.ts';
import type { LogRecord } from '../../gateways/gateway-kind.ts';

/** Records are written through a queue and may be this much out of order; what is older ran back. */
export const DISORDER_MS = 5_000;
/**
 * A log that goes on after its clock was set back comes near its old time by and by; one that only quoted leaps there.
 */
const LEAP_MS = 60_000;

/** What is known of the log from before. */
export interface LogSoFar {
  /** The time of its latest record; null: none was read yet. */
  readonly latest: Instant | null;
  /** Nothing that is read now is older; null: that is not known. */
  readonly writtenAfter: number | null;
  readonly now: number;
}

/**
 * @returns the records of one file without those that were read before, in the file's order, and the time of the last.
 * What ran back is such a one when it is older than it can be, or when the log leaps forward again behind it.
 * Records of the future come last: they are no evidence, and what stands behind them did not run back.
 */
export const presentTimes = (
  records: readonly LogRecord[],
  { latest: before, writtenAfter, now }: LogSoFar,
): { readonly records: readonly LogRecord[]; readonly latest: Instant | null } => {
  const kept: LogRecord[] = [];
  /** Those that ran back, until it is known what they are. */
  let back: LogRecord[] = [];
  const future: LogRecord[] = [];
  let latest = before;

  const goOn = (): void => {
    if (back.length === 0) return;
    kept.push(...back);
    latest = back.at(-1)?.at ?? latest;
    back = [];
  };

  for (const record of records) {
    if (record.at > now + AHEAD_MS) {
      future.push(record);
      continue;
    }
    if (latest !== null && record.at < latest - DISORDER_MS) {
      if (writtenAfter === null || record.at >= writtenAfter) back.push(record);
      continue;
    }
    if (back.length > 0 && record.at - Math.max(...back.map(({ at }) => at)) > LEAP_MS) back = [];
    else goOn();
    const at = latest !== null && latest > record.at ? latest : record.at;
    kept.push(redated(record, at));
    latest = at;
  }
  goOn();
  return { records: [...kept, ...future], latest };
};

export const redated = (record: LogRecord, at: Instant): LogRecord =>
  at === record.at ? record : { at, evidence: record.evidence.map((evidence) => ({ ...evidence, at })) };
