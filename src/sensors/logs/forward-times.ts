/** Recorded logs in simulated time, which never runs backwards: a clock that was set back goes on from where it was. */
import { instantOf, type Instant } from '../../base/instant.ts';
import type { LogRecord } from '../../gateways/gateway-kind.ts';
import { DISORDER_MS, redated } from './present-times.ts';

/** @returns the records of one file, in its order. */
export const forwardTimes = (records: readonly LogRecord[]): readonly LogRecord[] => {
  let latest: Instant | null = null;
  let setBack = 0;
  return records.map((record) => {
    if (latest !== null && record.at + setBack < latest - DISORDER_MS) setBack = latest - record.at;
    const shifted = instantOf(record.at + setBack) ?? record.at;
    const at: Instant = latest !== null && latest > shifted ? latest : shifted;
    latest = at;
    return redated(record, at);
  });
};
