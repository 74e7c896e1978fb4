/**
 * Points in time. What comes from outside (logs, state files, heartbeats, file times) becomes one here, and nowhere
 * else: a fraction of a millisecond would be refused by the database's INTEGER columns, and the year 58000 by every
 * calendar.
 */
declare const brand: unique symbol;

/** Whole milliseconds since the epoch, between 1970 and 9999. */
export type Instant = number & { readonly [brand]: 'instant' };

const END_OF_9999 = 253_402_300_799_999;

/** @returns null for what is no such time; fractions are cut off. */
export const instantOf = (ms: number): Instant | null => {
  const whole = Math.trunc(ms);
  return whole >= 0 && whole <= END_OF_9999 ? (whole as Instant) : null;
};

/**
 * Clocks of one machine differ by less. A time that is further ahead of now lies in the future, and is no evidence.
 */
export const AHEAD_MS = 60_000;

/** The present by one of Lifeline's own clocks. */
export const nowOf = (clock: { now(): number }): Instant => Math.trunc(clock.now()) as Instant;

/**
 * How many of them make a millisecond, and between which values the dates from 2001 to 2286 lie: no two units overlap.
 */
const UNITS = [
  { from: 1e9, to: 1e10, perMs: 1e-3 },
  { from: 1e12, to: 1e13, perMs: 1 },
  { from: 1e15, to: 1e16, perMs: 1e3 },
  { from: 1e18, to: 1e19, perMs: 1e6 },
] as const;

/**
 * @param value seconds, milliseconds, microseconds or nanoseconds since the epoch; its size tells which. @returns null
 * for any other number.
 */
export const fromEpoch = (value: number): Instant | null => {
  const unit = UNITS.find(({ from, to }) => value >= from && value < to);
  return unit === undefined ? null : instantOf(unit.perMs < 1 ? Math.round(value * 1e6) / 1e3 : value / unit.perMs);
};

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** @param text as in ISO 8601, with date and time; without a zone it is local. @returns null for anything else. */
export const fromIso = (text: string): Instant | null => (ISO.test(text) ? instantOf(Date.parse(text)) : null);

/**
 * A time that some program wrote down, as an ISO string or as a number since the epoch. @returns null for anything
 * else.
 */
export const fromWritten = (value: unknown): Instant | null => {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return /^\d{10,19}(?:\.\d+)?$/.test(text) ? fromEpoch(Number(text)) : fromIso(text);
};
