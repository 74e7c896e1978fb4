/** How often something may be done within a time. */

export interface Quota {
  readonly ms: number;
  readonly count: number;
}

/** @param times when it was done */
export const usedUp = (quotas: readonly Quota[], times: readonly number[], now: number): boolean =>
  quotas.some(({ ms, count }) => times.filter((at) => now - at < ms).length >= count);
