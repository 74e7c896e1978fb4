import type { LogRecord } from '../../gateways/gateway-kind.ts';

/** Gives out the records of several files, each in the order of its times, in one order by their times. */
export const mergeRecords = (files: readonly (readonly LogRecord[])[], take: (record: LogRecord) => void): void => {
  const next = files.map(() => 0);
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
    const record = files[first]?.[next[first] ?? 0];
    if (!record) return;
    take(record);
    next[first] = (next[first] ?? 0) + 1;
  }
};
