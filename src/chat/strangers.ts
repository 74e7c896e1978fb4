/**
 * How often a stranger is worth something: an answer, a line in the audit. Once an hour for each, and for no
 * more than a handful of strangers an hour in all, so that a flood from a thousand accounts costs neither
 * memory nor sending quota.
 */
export interface StrangerLimit {
  /** @returns whether this one may cost something now; when it does, the next hour is spent. */
  allow(channel: string, sender: string, now: number): boolean;
}

export interface StrangerLimitOptions {
  readonly everyMs?: number;
  /** How many different strangers within that time. */
  readonly strangers?: number;
}

export const createStrangerLimit = ({ everyMs = 3_600_000, strangers = 20 }: StrangerLimitOptions = {}): StrangerLimit => {
  const last = new Map<string, number>();
  return {
    allow(channel, sender, now) {
      for (const [key, at] of last) {
        // A clock that was set back must not silence anybody for ever.
        if (Math.abs(now - at) >= everyMs) last.delete(key);
      }
      const key = JSON.stringify([channel, sender.slice(0, 200)]);
      if (last.has(key) || last.size >= strangers) return false;
      last.set(key, now);
      return true;
    },
  };
};
