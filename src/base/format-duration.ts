const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @returns milliseconds for `90s`, `5m`, `1h30m`, `250ms`, `2d`; null for anything else. */
export const parseDuration = (text: string): number | null => {
  if (!/^(?:\d{1,15}(?:\.\d{1,15})?(?:ms|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h|d)/gy)) {
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return total;
};
