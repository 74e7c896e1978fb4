/** A duration as people type it: what `parseDuration` reads. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** @returns `90s` as `1m30s`, seven days as `7d`, nothing as `0s`; fractions of a millisecond are left out. */
export const typedDuration = (ms: number): string => {
  let left = Math.max(0, Math.floor(ms));
  let typed = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) typed += `${count}${unit}`;
  }
  return typed || '0s';
};
