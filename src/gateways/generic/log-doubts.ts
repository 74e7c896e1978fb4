/**
 * Whether the lines of a log can be dated by its format; what cannot be is no evidence, and its operator must hear of
 * it.
 */
import type { LineDoubt } from '../gateway-kind.ts';
import { isOfOtherZone, shownLine } from '../other-zone.ts';
import type { Line } from './line.ts';

export interface DoubtNoter {
  /**
   * @param line what the format has made of it; null: it begins no record
   * @param writtenAt when it was written, as far as whoever reads it knows; null: that may be long ago
   */
  note(text: string, line: Line | null, writtenAt?: number | null): void;
  /** null: its lines can be dated, or none has come yet. */
  doubt(): LineDoubt | null;
}

/** Of so many lines, the last ones: a service may be told to write otherwise. */
const REMEMBERED = 20;
/** A banner or a traceback has lines without a time, too. */
const FEW_LINES = 5;
const LOOKS_TIMED = /\d\d:\d\d/;

interface Odd {
  readonly kind: 'unfit' | 'doubt';
  readonly text: string;
  readonly why: LineDoubt['why'];
}
type Noted = { readonly kind: 'fine' } | Odd;

export const createDoubtNoter = (): DoubtNoter => {
  const noted: Noted[] = [];
  return {
    note: (text, line, writtenAt = null) => {
      if (text.trim() === '') return;
      noted.push(notedOf(text, line, writtenAt));
      if (noted.length > REMEMBERED) noted.shift();
    },
    doubt: () => {
      const fine = noted.filter(({ kind }) => kind === 'fine').length;
      const odd = (kind: Odd['kind']): readonly Odd[] => noted.flatMap((each) => (each.kind === kind ? [each] : []));
      const [doubted, unfit] = [odd('doubt'), odd('unfit')];
      const last = doubted.at(-1);
      if (last && doubted.length > fine) return doubtOf(last);
      if (fine > 0 || doubted.length > 0) return null;
      const timed = unfit.findLast(({ text }) => LOOKS_TIMED.test(text));
      const shown = timed ?? (unfit.length >= FEW_LINES ? unfit.at(-1) : undefined);
      return shown ? doubtOf(shown) : null;
    },
  };
};

const notedOf = (text: string, line: Line | null, writtenAt: number | null): Noted => {
  if (line === null) return { kind: 'unfit', text, why: 'no_line_fits' };
  if (line.at !== null && writtenAt !== null && isOfOtherZone(line.at, writtenAt))
    return { kind: 'doubt', text, why: 'other_zone' };
  // A time without a day counts from now on, and so does a line without a time where the format has none.
  return line.doubt === undefined || line.doubt === 'day' ? { kind: 'fine' } : { kind: 'doubt', text, why: line.doubt };
};

const doubtOf = ({ text, why }: Odd): LineDoubt => ({ why, text: shownLine(text) });

/**
 * @param lines of a log that is there already, oldest first. @returns what about them is doubted, and the last such
 * line's place; null: nothing.
 */
export const doubtIn = (
  lines: readonly string[],
  read: (text: string) => Line | null,
): { readonly doubt: LineDoubt; readonly at: number } | null => {
  const noter = createDoubtNoter();
  const seen = lines.map((text) => ({ text, line: read(text) }));
  for (const { text, line } of seen) noter.note(text, line);
  // Those without a day count when they come, so that only whoever sets the format up need know.
  const dayless = seen.some(({ line }) => line?.at != null)
    ? undefined
    : seen.findLast(({ line }) => line?.doubt === 'day');
  const doubt = noter.doubt() ?? (dayless ? doubtOf({ kind: 'doubt', text: dayless.text, why: 'day' }) : null);
  return doubt && { doubt, at: lines.findLastIndex((text) => shownLine(text) === doubt.text) };
};
