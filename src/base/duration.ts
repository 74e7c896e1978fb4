/** Durations as people type them: `90s`, `5m`, `1h30m`. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const UNIT_MS = new Map<string, number>(UNITS);

/** @returns milliseconds for `90s`, `5m`, `1h30m`, `250ms`, `2d`; null for anything else. */
export const parseDuration = (text: string): number | null => {
  if (!/^(?:\d{1,15}(?:\.\d{1,15})?(?:ms|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h|d)/gy)) {
    total += Number(amount) * (UNIT_MS.get(unit) ?? 0);
  }
  return total;
};

/** @returns `90s` as `1m30s`, seven days as `7d`, nothing as `0s`; fractions of a millisecond are left out. */
export const compactDuration = (ms: number): string => {
  let left = Math.max(0, Math.floor(ms));
  let typed = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) typed += `${count}${unit}`;
  }
  return typed || '0s';
};
