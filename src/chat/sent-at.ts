/**
 * The times that platforms give, for all channels alike: whether a message is fresh must not depend on which of them
 * carried it. Feishu sends strings of milliseconds, and of microseconds with a tap (facts/feishu.md 3.1); QQ sends
 * RFC 3339 with messages and taps, and seconds with other events (facts/qq.md §3).
 */

/** From 2001 on; below that a number is no time of day in any of these units. */
const LEAST_SECONDS = 1e9;
const MILLISECONDS = 1e11;
const MICROSECONDS = 1e14;
const NANOSECONDS = 1e17;

/** With its zone: without one it could be anybody's. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/i;
const NUMBER = /^\d{10,19}(?:\.\d{1,9})?$/;

/** @returns milliseconds since the epoch; null for anything that is no time, so that nobody takes it for now. */
export const sentAtOf = (value: unknown): number | null => {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return null;
  if (NUMBER.test(value)) return fromNumber(Number(value));
  const at = RFC_3339.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
};

/** The unit is told by the magnitude. */
const fromNumber = (value: number): number | null => {
  if (!Number.isFinite(value) || value < LEAST_SECONDS || value >= NANOSECONDS * 100) return null;
  if (value < MILLISECONDS) return Math.floor(value * 1_000);
  if (value < MICROSECONDS) return Math.floor(value);
  return Math.floor(value / (value < NANOSECONDS ? 1_000 : 1_000_000));
};
