/**
 * Whether a log is written in another time zone than this machine's: its new lines are then whole quarters of an hour
 * off the time at which they come, and count as old, or not at all.
 */
import { redact } from '../base/redact/redact.ts';
import type { LineDoubt } from './gateway-kind.ts';

/** Zones differ by whole quarters of an hour, by 26 hours at most. */
const QUARTER_MS = 900_000;
const LEAST_QUARTERS = 2;
const MOST_QUARTERS = 104;
/**
 * How late a line is read; one that was written before Lifeline's own restart is any time late, and seldom that of a
 * zone.
 */
const LATE_MS = 10_000;

export const isOfOtherZone = (at: number, writtenAt: number): boolean => {
  const quarters = Math.round((writtenAt - at) / QUARTER_MS);
  const late = writtenAt - at - quarters * QUARTER_MS;
  const count = Math.abs(quarters);
  return count >= LEAST_QUARTERS && count <= MOST_QUARTERS && late >= -1_000 && late < LATE_MS;
};

const SHOWN_CHARACTERS = 120;

/** The beginning of a line, where its time stands, as people may see it. */
export const shownLine = (text: string): string => {
  const line = redact(text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim());
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
};

/** Of so many lines, the last ones: the zone may be set right. */
const REMEMBERED = 20;
/** A single line may be late by chance. */
const LEAST_LINES = 3;

export interface ZoneNoter {
  /** @param at what the line says. @param readAt when it was read, right after it was written */
  note(text: string, at: number, readAt: number): void;
  /** Null: most of its latest lines are of this zone, or too few have come yet. */
  doubt(): LineDoubt | null;
}

export const createZoneNoter = (): ZoneNoter => {
  const noted: (string | null)[] = [];
  return {
    note: (text, at, readAt) => {
      noted.push(isOfOtherZone(at, readAt) ? text : null);
      if (noted.length > REMEMBERED) noted.shift();
    },
    doubt: () => {
      const odd = noted.filter((text) => text !== null);
      const last = odd.at(-1);
      return last === undefined || odd.length < LEAST_LINES || odd.length * 2 <= noted.length
        ? null
        : { why: 'other_zone', text: shownLine(last) };
    },
  };
};
