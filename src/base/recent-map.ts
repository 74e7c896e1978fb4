/** A map that forgets the oldest entries beyond `most`. An entry that is set again is the newest. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

export const createRecentMap = <Value>(most: number): RecentMap<Value> => {
  const entries = new Map<string, Value>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      // To find the oldest, a map goes past all that was deleted before it.
      if (entries.size <= most) return;
      for (const oldest of entries.keys()) {
        if (entries.size <= most) break;
        entries.delete(oldest);
      }
    },
    delete: (key) => void entries.delete(key),
  };
};
