/** How long a start may take, by what this gateway's own starts have taken. Pure. */

/** So many proven starts make a habit. */
export const LEARN_FROM = 10;
const ENOUGH = 3;
/** A machine under load, a bigger history: three times as long as ever is no fault yet. */
const FACTOR = 3;
const FLOOR_MS = 60_000;
const CEILING_MS = 1_800_000;

/** @param durations of proven starts, milliseconds; @param configured what holds until enough is known. */
export const startupLimit = (durations: readonly number[], configured: number): number => {
  const known = durations.filter((ms) => ms > 0 && ms < CEILING_MS);
  if (known.length < ENOUGH) return configured;
  return Math.min(CEILING_MS, Math.max(Math.min(FLOOR_MS, configured), FACTOR * Math.max(...known)));
};
