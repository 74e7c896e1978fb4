/** Recorded logs in simulated time, which never runs backwards: a clock that was set back goes on from where it was. */
import { instantOf, type Instant } from '../../base/instant.ts';
import type { LogRecord } from '../../gateways/gateway-kind.ts';
import { DISORDER_MS, redated } from './present-times.ts';

/** @returns what dates the records of one file, one after the other in the file's order. */
export const createForwardTimes = (): ((record: LogRecord) => LogRecord) => {
  let latest: Instant | null = null;
  let setBack = 0;
  return (record) => {
    if (latest !== null && record.at + setBack < latest - DISORDER_MS) setBack = latest - record.at;
    const shifted = instantOf(record.at + setBack) ?? record.at;
    latest = latest !== null && latest > shifted ? latest : shifted;
    return redated(record, latest);
  };
};
