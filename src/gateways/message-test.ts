/** Whether any of many patterns fits a message, asked of its bytes: most messages are never made a text. */
import { beginningsOf } from './beginnings.ts';

export interface MessageTest {
  /** The messages that are asked about next lie in these bytes, each one behind those before it. */
  begin(bytes: Buffer): void;
  /** @returns whether one of the patterns may fit; false is certain. */
  mayFit(from: number, end: number): boolean;
}

interface Beginning {
  readonly bytes: Uint8Array;
  /** The same in the other case, where that does not count. */
  readonly others: Uint8Array;
  readonly pattern: RegExp;
}

export const createMessageTest = (patterns: readonly RegExp[]): MessageTest => {
  const all = patterns.map((pattern) => ({ pattern, ...beginningsOf(pattern) }));
  const byFirst = beginningsByFirst(all.filter(({ anchored }) => anchored));
  const anywhere = all.filter(({ anchored }) => !anchored).flatMap(({ words }) => words);
  const words = createWordSearch(anywhere);
  let bytes: Buffer = Buffer.alloc(0);
  return {
    begin: (given) => {
      bytes = given;
      words.begin(given);
    },
    mayFit: (from, end) => {
      if (words.isIn(from, end)) return true;
      const fitting = byFirst[bytes[from] ?? 0];
      if (fitting === undefined) return false;
      let message: string | null = null;
      for (const beginning of fitting) {
        if (!beginsWith(bytes, from, end, beginning)) continue;
        message ??= bytes.toString('utf8', from, end);
        if (beginning.pattern.test(message)) return true;
      }
      return false;
    },
  };
};

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

const beginningsByFirst = (
  patterns: readonly { readonly pattern: RegExp; readonly words: readonly string[]; readonly ignoresCase: boolean }[],
): readonly (readonly Beginning[] | undefined)[] => {
  const beginnings = patterns.flatMap(({ pattern, words, ignoresCase }) =>
    words.map((word): Beginning => ({
      bytes: Buffer.from(ignoresCase ? word.toLowerCase() : word),
      others: Buffer.from(ignoresCase ? word.toUpperCase() : word),
      pattern,
    })),
  );
  return BYTES.map((first) => {
    const fitting = beginnings.filter(
      ({ bytes, others }) => bytes.length === 0 || bytes[0] === first || others[0] === first,
    );
    return fitting.length === 0 ? undefined : fitting;
  });
};

const beginsWith = (message: Buffer, from: number, end: number, { bytes, others }: Beginning): boolean => {
  if (from + bytes.length > end) return false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = message[from + at];
    if (byte !== bytes[at] && byte !== others[at]) return false;
  }
  return true;
};

/** A text of more bytes is no small object for the collector. */
const PART_BYTES = 65_536;

interface WordSearch {
  begin(bytes: Buffer): void;
  /** @returns whether one of the words stands, or begins, between two places that are not before those asked about. */
  isIn(from: number, end: number): boolean;
}

/** Looks for words, in capital or small letters, in all the bytes at once: that costs next to nothing for each line. */
const createWordSearch = (words: readonly string[]): WordSearch => {
  if (words.length === 0) return { begin: () => undefined, isIn: () => false };
  const longest = Math.max(...words.map(({ length }) => length));
  const search = new RegExp(words.map((word) => word.replaceAll(/[^\w ]/g, '\\$&')).join('|'), 'gi');
  let bytes: Buffer = Buffer.alloc(0);
  /** A part of the bytes, one character for each, and where it begins. */
  let part = '';
  let partFrom = 0;
  /** Where the next word begins. */
  let next = Infinity;

  const nextFrom = (from: number): number => {
    for (let at = from; at < bytes.length;) {
      if (at >= partFrom + part.length || at < partFrom) {
        part = bytes.toString('latin1', at, Math.min(bytes.length, at + PART_BYTES));
        partFrom = at;
      }
      search.lastIndex = at - partFrom;
      const found = search.exec(part);
      if (found !== null) return partFrom + found.index;
      if (partFrom + part.length >= bytes.length) break;
      // A word may begin at the end of this part.
      at = Math.max(at + 1, partFrom + part.length - longest + 1);
      part = '';
    }
    return Infinity;
  };

  return {
    begin: (given) => {
      bytes = given;
      part = '';
      next = -1;
    },
    isIn: (from, end) => {
      if (next < from) next = nextFrom(from);
      return next < end;
    },
  };
};
