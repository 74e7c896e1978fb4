/**
 * The platform's times: strings of milliseconds, and of microseconds in the header of a tap (facts/feishu.md 3.1).
 * @returns milliseconds since the epoch, told by magnitude; null for anything that is no time.
 */
export const readTime = (text: string): number | null => {
  if (!/^\d{10,16}$/.test(text)) return null;
  const value = Number(text);
  if (value >= 1e14) return Math.floor(value / 1_000);
  return value < 1e11 ? value * 1_000 : value;
};
