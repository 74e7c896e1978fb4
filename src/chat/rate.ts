/** How many messages a person may have handled: enough for any hand, too few for a loop. */
import type { Operator } from '../config/config.ts';

export interface RateLimit {
  /** @returns whether to serve it, to say that it was too fast (once a minute), or to be silent. */
  take(channel: string, operator: Operator, now: number): 'serve' | 'say' | 'silence';
}

export interface BucketLimit {
  /** How many at once. */
  readonly burst: number;
  readonly perMinute: number;
}

/** What was left, and when. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Whoever sits at the machine can do more than Lifeline can. */
const UNLIMITED = 'console';
const MINUTE_MS = 60_000;

/** @returns how many may pass now; a bucket that is not there is full. A clock that was set back gives nothing and takes nothing. */
export const tokensLeft = (bucket: Bucket | undefined, { burst, perMinute }: BucketLimit, now: number): number =>
  bucket === undefined ? burst : Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perMinute) / MINUTE_MS);

export const createRateLimit = ({ burst = 10, perMinute = 20 }: Partial<BucketLimit> = {}): RateLimit => {
  const buckets = new Map<string, Bucket & { readonly saidAt: number }>();
  /** After this long a bucket is full again, and as good as none. */
  const forgetMs = Math.max(MINUTE_MS, (burst / perMinute) * MINUTE_MS);

  return {
    take: (channel, { name, ids }, now) => {
      if (channel === UNLIMITED) return 'serve';
      for (const [key, { at }] of buckets) if (Math.abs(now - at) >= forgetMs) buckets.delete(key);
      const key = JSON.stringify([name, ids]);
      const before = buckets.get(key);
      const saidAt = before?.saidAt ?? -Infinity;
      const left = tokensLeft(before, { burst, perMinute }, now);
      const serve = left >= 1;
      const say = !serve && Math.abs(now - saidAt) >= MINUTE_MS;
      buckets.set(key, { tokens: serve ? left - 1 : left, at: now, saidAt: say ? now : saidAt });
      return serve ? 'serve' : say ? 'say' : 'silence';
    },
  };
};
