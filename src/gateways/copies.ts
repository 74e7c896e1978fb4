/** The same line stands in several logs of a gateway: what it says is worked out once. */

/** The copies of a line are read shortly after each other, but never so long a line that keeping it would matter. */
const SLOTS = 256;
const LONGEST = 1_000;

interface Line {
  readonly at: number;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

export interface Copies<Read extends { readonly line: Line }> {
  /** @returns what was worked out of the same line a short while ago; undefined: nothing is remembered. */
  get(at: number, level: string, logger: string, message: string): Read | undefined;
  set(read: Read): void;
}

export const createCopies = <Read extends { readonly line: Line }>(): Copies<Read> => {
  const slots: (Read | undefined)[] = Array.from({ length: SLOTS });
  return {
    get: (at, level, logger, message) => {
      const kept = slots[slotOf(at, message)];
      if (kept === undefined) return undefined;
      const { line } = kept;
      return line.at === at && line.message === message && line.logger === logger && line.level === level
        ? kept
        : undefined;
    },
    set: (read) => {
      const { at, message } = read.line;
      if (message.length <= LONGEST) slots[slotOf(at, message)] = read;
    },
  };
};

/** By the time, in which lines that follow each other differ. */
const slotOf = (at: number, message: string): number => (at + message.length) & (SLOTS - 1);
