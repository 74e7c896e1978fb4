/** The same line stands in several logs of a gateway: what it says is worked out once. */

/** The copies of a line are read shortly after each other, but never so long a line that keeping it would matter. */
const SLOTS = 256;
const LONGEST = 1_000;

export interface Copies<Read> {
  /** What was worked out of the same text a short while ago; undefined: nothing is remembered. */
  get(text: string): Read | undefined;
  set(text: string, read: Read): void;
}

export const createCopies = <Read>(): Copies<Read> => {
  const slots: ({ readonly text: string; readonly read: Read } | undefined)[] = Array.from({ length: SLOTS });
  return {
    get: (text) => {
      const kept = slots[slotOf(text)];
      return kept?.text === text ? kept.read : undefined;
    },
    set: (text, read) => {
      if (text.length <= LONGEST) slots[slotOf(text)] = { text, read };
    },
  };
};

/** By the milliseconds at the head of the line, in which lines that follow each other differ. */
const slotOf = (text: string): number =>
  (text.charCodeAt(18) * 7 + text.charCodeAt(20) * 100 + text.charCodeAt(21) * 10 + text.charCodeAt(22) + text.length) &
  (SLOTS - 1);
