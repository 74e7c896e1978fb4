/** How long to wait before the next try to connect. */

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** `below`: down to half of the pause. `around`: a quarter less or more, and never more than `maxMs`. */
  readonly jitter: 'below' | 'around';
}

/**
 * Returns a pause that doubles with each failure, partly at random, so that many bots do not come back in step.
 * @param failures how many connections ended before this one without having been stable; @param random in [0, 1].
 */
export const backoffMs = (
  failures: number,
  { firstMs, maxMs, jitter }: Backoff,
  random: number = Math.random(),
): number => {
  const doubled = firstMs * 2 ** Math.min(failures, 30);
  return jitter === 'below'
    ? Math.min(maxMs, doubled) * (0.5 + random / 2)
    : Math.min(maxMs, doubled * (0.75 + random / 2));
};
