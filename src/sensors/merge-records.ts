import { instantOf, type Instant } from '../base/instant.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { LogRecord } from '../gateways/gateway-kind.ts';

/** Records are written through a queue and may be this much out of order; a clock that goes further back was set back. */
const DISORDER_MS = 5_000;

/**
 * Merges the records of several files into one order. The order within a file is kept whatever its times say
 * (clocks jump, an hour happens twice a year); between files the times decide. A clock that was set back goes on
 * from where it was: all evidence is dated in a time that never runs backwards.
 */
export const mergeRecords = (files: readonly (readonly LogRecord[])[]): Evidence[] => {
  const forward = files.map(withoutSetBacks);
  const next = forward.map(() => 0);
  const merged: Evidence[] = [];
  for (;;) {
    let first = -1;
    let firstAt = Infinity;
    for (const [file, records] of forward.entries()) {
      const at = records[next[file] ?? 0]?.at;
      if (at !== undefined && at < firstAt) {
        first = file;
        firstAt = at;
      }
    }
    if (first < 0) return merged;
    const record = forward[first]?.[next[first] ?? 0];
    if (record) merged.push(...record.evidence);
    next[first] = (next[first] ?? 0) + 1;
  }
};

const withoutSetBacks = (records: readonly LogRecord[]): readonly LogRecord[] => {
  let latest: Instant | null = null;
  let setBack = 0;
  return records.map((record) => {
    if (latest !== null && record.at + setBack < latest - DISORDER_MS) setBack = latest - record.at;
    const shifted = instantOf(record.at + setBack) ?? record.at;
    const at: Instant = latest !== null && latest > shifted ? latest : shifted;
    latest = at;
    return at === record.at ? record : { at, evidence: record.evidence.map((evidence) => ({ ...evidence, at })) };
  });
};
