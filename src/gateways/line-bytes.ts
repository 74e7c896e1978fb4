/** Times of the form `2026-11-21 10:00:00,123`, read from the bytes of a log: thousands of lines share an hour. */
import { instantOf, type Instant } from '../base/instant.ts';

export const TIME_BYTES = '2026-11-21 10:00:00,123'.length;
const HOUR_BYTES = '2026-11-21 10'.length;
const COLON = 58;

/**
 * @param startOf when an hour begins, which is given as `2026-11-21 10`; NaN: there is none. @returns what reads the time
 * that begins at a place, null: none does.
 */
export const createTimeInBytes = (
  startOf: (hour: string) => number,
  fraction: ',' | '.',
): ((bytes: Buffer, from: number) => Instant | null) => {
  const sign = fraction.charCodeAt(0);
  const hour = Buffer.alloc(HOUR_BYTES);
  let start = NaN;
  const startAt = (bytes: Buffer, from: number): number => {
    for (let at = HOUR_BYTES - 1; at >= 0; at -= 1) {
      if (bytes[from + at] === hour[at]) continue;
      bytes.copy(hour, 0, from, from + HOUR_BYTES);
      start = startOf(hour.toString('latin1'));
      break;
    }
    return start;
  };
  return (bytes, from) => {
    if (from + TIME_BYTES > bytes.length) return null;
    if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON || bytes[from + 19] !== sign) return null;
    const minutes = twoDigits(bytes, from + 14);
    const seconds = twoDigits(bytes, from + 17);
    const ms = digit(bytes, from + 20) * 100 + twoDigits(bytes, from + 21);
    return minutes < 60 && seconds < 60
      ? instantOf(startAt(bytes, from) + minutes * 60_000 + seconds * 1_000 + ms)
      : null;
  };
};

const digit = (bytes: Buffer, at: number): number => {
  const value = (bytes[at] ?? 0) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
};
const twoDigits = (bytes: Buffer, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);

/** @returns whether the same bytes stand at a place; compared from the end, where most differ. */
export const standsAt = (bytes: Buffer, from: number, word: Buffer): boolean => {
  for (let at = word.length - 1; at >= 0; at -= 1) if (bytes[from + at] !== word[at]) return false;
  return true;
};
