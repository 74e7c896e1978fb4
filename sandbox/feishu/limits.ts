/** Rates: at most so many in any stretch of time. */

export interface Limit {
  readonly count: number;
  readonly perMs: number;
}

export interface Limits {
  /** Counts one more under this key. @returns 0, or how long to wait: then it is not counted. */
  take(key: string, ...limits: readonly Limit[]): number;
}

export const FIVE_A_SECOND: Limit = { count: 5, perMs: 1_000 };
export const API_LIMITS: readonly Limit[] = [
  { count: 50, perMs: 1_000 },
  { count: 1_000, perMs: 60_000 },
];

export const createLimits = (now: () => number): Limits => {
  const taken = new Map<string, number[]>();
  return {
    take: (key, ...limits) => {
      const at = now();
      const longest = Math.max(...limits.map(({ perMs }) => perMs));
      const times = (taken.get(key) ?? []).filter((time) => time > at - longest);
      const waits = limits.map(({ count, perMs }) => {
        const recent = times.filter((time) => time > at - perMs);
        const oldest = recent[recent.length - count];
        return oldest === undefined ? 0 : oldest + perMs - at;
      });
      const waitMs = Math.max(...waits);
      if (waitMs <= 0) times.push(at);
      taken.set(key, times);
      return Math.max(0, waitMs);
    },
  };
};
