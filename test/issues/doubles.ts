/** Finds excerpts that are in the corpus twice: people paste one log into several threads. */
import { readBlock } from './lines.ts';
import type { IssueRecord } from './record.ts';

/** Lines that carry their own date; those of another thread can be the same only if they were pasted there too. */
const quotedIn = ({ log, day }: Pick<IssueRecord, 'log' | 'day'>): ReadonlySet<string> =>
  new Set(Object.values(log).flatMap((text) => readBlock(text, day).lines.flatMap(({ whole }) => whole ?? [])));

const SAME_LINES = 2;

/** @returns one sentence for each two threads that quote the same lines. */
export const doublesIn = (records: readonly Pick<IssueRecord, 'thread' | 'log' | 'day'>[]): readonly string[] => {
  const quoted = records.map((record) => ({ thread: record.thread, lines: quotedIn(record) }));
  return quoted.flatMap((one, index) =>
    quoted.slice(index + 1).flatMap((other) => {
      const same = [...one.lines].filter((line) => other.lines.has(line)).length;
      return one.thread !== other.thread && same >= SAME_LINES
        ? [`${one.thread} and ${other.thread} quote ${same} lines in common`]
        : [];
    }),
  );
};
