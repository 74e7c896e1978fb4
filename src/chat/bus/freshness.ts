/**
 * Whether a message is new enough to be carried out: one rule for messages and taps of every channel. Platforms
 * deliver again for hours; nobody wants yesterday's restart today.
 */
export const STALE_AFTER_MS = 5 * 60_000;
/** Beyond this a clock is wrong; within it the message simply is new. */
const CLOCK_DIFFERENCE_MS = 2 * 60_000;
/** No clock is wrong by more: the time was misread. */
const LARGEST_DIFFERENCE_MS = 24 * 3_600_000;
/** QQ's times have no parts of a second. */
const RESOLUTION_MS = 1_000;

export type Freshness =
  | { readonly kind: 'fresh' }
  /** From the future: the platform's clock or this machine's is wrong; taken as sent now. */
  | { readonly kind: 'ahead'; readonly aheadMs: number }
  | { readonly kind: 'stale'; readonly ageMs: number }
  /** It has no time, or one that cannot be true: it may be hours old. */
  | { readonly kind: 'undated' }
  /** Lifeline may have carried it out already and does not know. */
  | { readonly kind: 'before_store' };

/** @param knowsSince since when the store knows what was done; null: for as long as need be. */
export const freshness = (sentAt: number | null, now: number, knowsSince: number | null): Freshness => {
  if (sentAt === null || !Number.isFinite(sentAt)) return { kind: 'undated' };
  const ageMs = now - sentAt;
  if (ageMs > STALE_AFTER_MS) return { kind: 'stale', ageMs };
  if (-ageMs > LARGEST_DIFFERENCE_MS) return { kind: 'undated' };
  // A store from the future was begun by a clock that has been set back since.
  if (knowsSince !== null && knowsSince <= now && sentAt + RESOLUTION_MS <= knowsSince) return { kind: 'before_store' };
  return -ageMs > CLOCK_DIFFERENCE_MS ? { kind: 'ahead', aheadMs: -ageMs } : { kind: 'fresh' };
};

/** Whether it may change something. What only reads does no harm, whenever it was asked for. */
export const isSurelyNew = ({ kind }: Freshness): boolean => kind === 'fresh' || kind === 'ahead';
