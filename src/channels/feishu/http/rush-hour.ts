/**
 * Everybody's schedules run at :00 and :30, when the platform refuses as busy (docs/facts/feishu.md 4.1, code 11232).
 */

const HALF_HOUR_MS = 1_800_000;
/** How long such a rush lasts, as a guess. */
const RUSH_MS = 45_000;

/** @returns a wait from `now` of at least `waitMs` that does not end in a rush. */
export const afterRush = (now: number, waitMs: number): number => {
  const sinceHalfHour = (now + waitMs) % HALF_HOUR_MS;
  return sinceHalfHour < RUSH_MS ? waitMs + RUSH_MS - sinceHalfHour : waitMs;
};
