/** Which parts of a message have arrived, so that a retry does not repeat them. */

export interface Progress {
  /** Message ids by part. */
  of(key: string): Map<number, string>;
  forget(key: string): void;
}

/** Given-up messages must not pile up; the oldest go first. */
const KEPT_KEYS = 200;

export const createProgress = (): Progress => {
  const byKey = new Map<string, Map<number, string>>();
  return {
    of: (key) => {
      const done = byKey.get(key) ?? new Map<number, string>();
      byKey.delete(key);
      byKey.set(key, done);
      for (const old of byKey.keys()) if (byKey.size > KEPT_KEYS) byKey.delete(old);
      return done;
    },
    forget: (key) => {
      byKey.delete(key);
    },
  };
};
