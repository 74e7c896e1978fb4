/**
 * Whether this process really ran in between. A machine that slept and a process that was paused (SIGSTOP, a frozen
 * container, no CPU for a minute) see everything as stale when they go on.
 *
 * Three clocks tell them apart. The wall clock may be set. The monotonic one cannot, and stops on Linux while the
 * machine sleeps. The uptime (CLOCK_BOOTTIME) cannot be set either and goes on in sleep. So: uptime ahead of the
 * monotonic clock is sleep; a late look by both is a pause (on macOS also sleep, where the monotonic clock goes on); a
 * wall clock that alone jumps was set. The last may be sleep all the same in a virtual machine, which was suspended
 * with all its clocks and then had the wall clock put right, so nobody may say that it was not.
 */
export interface ClockReading {
  /** Milliseconds since the epoch. */
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** Since the machine's boot. */
  readonly uptimeMs: number;
}

export type Gap =
  /** `ms`: since the look before. */
  | { readonly kind: 'slept' | 'paused'; readonly ms: number }
  /** `ms` below zero: it was set back. */
  | { readonly kind: 'clock'; readonly ms: number };

/** @returns null when the look came within `expectedMs` and `leastMs` of grace, and the wall clock agrees with that. */
export const gapOf = (before: ClockReading, after: ClockReading, expectedMs: number, leastMs: number): Gap | null => {
  const wall = after.wallMs - before.wallMs;
  const ran = after.monotonicMs - before.monotonicMs;
  // A container that was moved to another machine has that one's uptime; only what the wall clock confirms is sleep.
  const lived = Math.max(ran, Math.min(after.uptimeMs - before.uptimeMs, wall));
  if (lived - expectedMs >= leastMs) return { kind: ran - expectedMs >= leastMs ? 'paused' : 'slept', ms: lived };
  const jump = wall - lived;
  return Math.abs(jump) >= leastMs ? { kind: 'clock', ms: jump } : null;
};
