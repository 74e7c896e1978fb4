/**
 * Until when the holder of the lease may begin to send. Pure. The bucket drops a lease `ttlMs` after its last renewal
 * arrived at the server, which is after that renewal was sent; so whoever counts from the sending is the first to know.
 */
export interface Instant {
  /** The clock on the wall, which may jump, but also goes on while the machine is suspended. */
  readonly wallMs: number;
  /** A clock that never jumps, and stands still while the machine is suspended. */
  readonly monotonicMs: number;
}

export interface LeaseTimes {
  readonly ttlMs: number;
  /** Kept for bytes under way and for clocks that do not run alike. */
  readonly marginMs: number;
  readonly renewMs: number;
  /** So long before the deadline a holder that cannot renew says its last word. */
  readonly lastWordMs: number;
}

/** A take-over takes at most the time to live, a look for the lease, and the start of the channels: within 15 s. */
export const LEASE: LeaseTimes = { ttlMs: 9_000, marginMs: 2_000, renewMs: 1_500, lastWordMs: 2_500 };

/** How long ago it was, by the clock that ran further. */
export const elapsedMs = (since: Instant, now: Instant): number =>
  Math.max(0, now.wallMs - since.wallMs, now.monotonicMs - since.monotonicMs);

/** @param renewedAt when the last renewal that succeeded was sent. @returns 0 from the deadline on. */
export const leftMs = (renewedAt: Instant, now: Instant, { ttlMs, marginMs }: LeaseTimes): number =>
  Math.max(0, ttlMs - marginMs - elapsedMs(renewedAt, now));

export const mayBegin = (renewedAt: Instant | null, now: Instant, times: LeaseTimes): boolean =>
  renewedAt !== null && leftMs(renewedAt, now, times) > 0;

/** Whether the last word is due: the deadline is near, and not over. */
export const isLastWordDue = (renewedAt: Instant, now: Instant, times: LeaseTimes): boolean => {
  const left = leftMs(renewedAt, now, times);
  return left > 0 && left <= times.lastWordMs;
};
