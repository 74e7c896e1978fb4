import type { Evidence } from '../../diagnosis/evidence.ts';
import type { LogRecord } from '../../gateways/gateway-kind.ts';

/** Merges the records of several files, each in the order of its times, into one order by their times. */
export const mergeRecords = (files: readonly (readonly LogRecord[])[]): Evidence[] => {
  const next = files.map(() => 0);
  const merged: Evidence[] = [];
  for (;;) {
    let first = -1;
    let firstAt = Infinity;
    for (const [file, records] of files.entries()) {
      const at = records[next[file] ?? 0]?.at;
      if (at !== undefined && at < firstAt) {
        first = file;
        firstAt = at;
      }
    }
    if (first < 0) return merged;
    const record = files[first]?.[next[first] ?? 0];
    if (record) merged.push(...record.evidence);
    next[first] = (next[first] ?? 0) + 1;
  }
};
