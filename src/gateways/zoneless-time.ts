/** Times that a log gives in local time without a zone. */
import { instantOf, type Instant } from '../base/instant.ts';

/** @returns null when there is no such time, such as a month 13. */
export const localTime = (
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): Instant | null => {
  const date = new Date(year, month - 1, day, hour, minute, second);
  // Date counts what is too much on into the next; a leap second is none of that.
  return date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60 && second <= 60
    ? instantOf(date.getTime())
    : null;
};

const HOUR_MS = 3_600_000;
/** A time that is no more than this before the last one is that of no second hour. */
export const LATE_MS = 1_800_000;

/**
 * When summer time ends, the same local time comes again an hour later; it is that one when time would run back
 * otherwise.
 */
export const secondTime = (at: Instant, after: number): Instant => {
  if (at >= after - LATE_MS) return at;
  const [first, again] = [new Date(at), new Date(at + HOUR_MS)];
  return again.getHours() === first.getHours() && again.getMinutes() === first.getMinutes()
    ? (instantOf(at + HOUR_MS) ?? at)
    : at;
};
