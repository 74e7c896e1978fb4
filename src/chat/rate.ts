/** How many messages a person may have handled: enough for any hand, too few for a loop. */
import type { Operator } from '../config/config.ts';

export interface RateLimit {
  /** @returns whether to serve it, to say that it was too fast (once a minute), or to be silent. */
  take(channel: string, operator: Operator, now: number): 'serve' | 'say' | 'silence';
}

export interface RateOptions {
  /** How many at once. */
  readonly burst?: number;
  readonly perMinute?: number;
}

/** Whoever sits at the machine can do more than Lifeline can. */
const UNLIMITED = 'console';
const MINUTE_MS = 60_000;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
  readonly saidAt: number;
}

export const createRateLimit = ({ burst = 10, perMinute = 20 }: RateOptions = {}): RateLimit => {
  const buckets = new Map<string, Bucket>();
  /** After this long a bucket is full again, and as good as none. */
  const forgetMs = Math.max(MINUTE_MS, (burst / perMinute) * MINUTE_MS);

  return {
    take: (channel, { name, ids }, now) => {
      if (channel === UNLIMITED) return 'serve';
      for (const [key, { at }] of buckets) if (Math.abs(now - at) >= forgetMs) buckets.delete(key);
      const key = JSON.stringify([name, ids]);
      const { tokens, at, saidAt } = buckets.get(key) ?? { tokens: burst, at: now, saidAt: -Infinity };
      // A clock that was set back gives nothing and takes nothing.
      const left = Math.min(burst, tokens + (Math.max(0, now - at) * perMinute) / MINUTE_MS);
      const serve = left >= 1;
      const say = !serve && Math.abs(now - saidAt) >= MINUTE_MS;
      buckets.set(key, { tokens: serve ? left - 1 : left, at: now, saidAt: say ? now : saidAt });
      return serve ? 'serve' : say ? 'say' : 'silence';
    },
  };
};
