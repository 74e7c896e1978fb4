/**
 * Limits how often a stranger gets an answer or a line in the audit: Once an hour for each, and for no
 * more than a handful of strangers an hour in all, so that a flood from a thousand accounts costs neither
 * memory nor sending quota.
 */
export interface SenderLimit {
  /** Returns whether this sender may get an answer or an audit line now. */
  room(channel: string, sender: string, now: number): boolean;
  /** Returns the same, and counts it: the sender is refused for the next hour. */
  allow(channel: string, sender: string, now: number): boolean;
}

export interface SenderLimitOptions {
  readonly everyMs?: number;
  /** How many different strangers within that time. */
  readonly strangers?: number;
}

export const createSenderLimit = ({ everyMs = 3_600_000, strangers = 20 }: SenderLimitOptions = {}): SenderLimit => {
  const last = new Map<string, number>();
  const keyOf = (channel: string, sender: string): string => JSON.stringify([channel, sender.slice(0, 200)]);
  const room = (channel: string, sender: string, now: number): boolean => {
    for (const [key, at] of last) {
      // A clock that was set back must not silence anybody for ever.
      if (Math.abs(now - at) >= everyMs) last.delete(key);
    }
    return last.size < strangers && !last.has(keyOf(channel, sender));
  };
  return {
    room,
    allow: (channel, sender, now) => {
      const free = room(channel, sender, now);
      if (free) last.set(keyOf(channel, sender), now);
      return free;
    },
  };
};
