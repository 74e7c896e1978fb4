/** How old a message is. Platforms deliver again for hours; nobody wants yesterday's restart today. */
export const STALE_AFTER_MS = 5 * 60_000;
/** Beyond this a clock is wrong; within it the message simply is new. */
const CLOCK_DIFFERENCE_MS = 2 * 60_000;

export type Freshness =
  | { readonly kind: 'fresh' }
  /** From the future: the platform's clock or this machine's is wrong; taken as sent now. */
  | { readonly kind: 'ahead'; readonly aheadMs: number }
  /** `ageMs` is null when the message has no readable time. */
  | { readonly kind: 'stale'; readonly ageMs: number | null };

export const freshness = (sentAt: number, now: number): Freshness => {
  if (!Number.isFinite(sentAt)) return { kind: 'stale', ageMs: null };
  const ageMs = now - sentAt;
  if (ageMs > STALE_AFTER_MS) return { kind: 'stale', ageMs };
  return -ageMs > CLOCK_DIFFERENCE_MS ? { kind: 'ahead', aheadMs: -ageMs } : { kind: 'fresh' };
};
