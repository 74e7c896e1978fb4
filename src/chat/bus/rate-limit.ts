/** How many messages a person may have handled: enough for any hand, too few for a loop. */
import type { Operator } from '../../config/config.ts';

export interface CommandLimit {
  take(channel: string, operator: Operator, now: number): RateDecision;
}

export interface RateDecision {
  readonly serve: boolean;
  /** How many were dropped of which nobody was told, this one among them; 0: nothing is to be said now. */
  readonly tell: number;
  /** How many that were dropped a line of the audit stands for, this one among them; 0: none is written now. */
  readonly audit: number;
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

interface Person extends Bucket {
  readonly toldAt: number;
  readonly untold: number;
  /** Lines of the audit that may be written. */
  readonly audited: Bucket;
  readonly unaudited: number;
}

/** Whoever sits at the machine can do more than Lifeline can. */
const UNLIMITED: ReadonlySet<string> = new Set(['console', 'local']);
/**
 * Of what is dropped: each has a line of its own in the audit; in a flood a line stands for several, so that it does
 * not drive out older lines.
 */
const AUDITED: BucketLimit = { burst: 60, perMinute: 60 };
const MINUTE_MS = 60_000;

/**
 * @returns how many may pass now; a bucket that is not there is full. A clock that was set back gives nothing and takes
 * nothing.
 */
export const tokensLeft = (bucket: Bucket | undefined, { burst, perMinute }: BucketLimit, now: number): number =>
  bucket === undefined
    ? burst
    : Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perMinute) / MINUTE_MS);

export const createRateLimit = ({ burst = 10, perMinute = 20 }: Partial<BucketLimit> = {}): CommandLimit => {
  const buckets = new Map<string, Person>();
  /** After this long a bucket is full again, and as good as none. */
  const forgetMs = Math.max(MINUTE_MS, (burst / perMinute) * MINUTE_MS);

  /** What nobody was told of, or what is not in the audit yet, is kept; there are only so many operators. */
  const forget = (now: number): void => {
    for (const [key, person] of buckets) {
      if (Math.abs(now - person.at) < forgetMs) continue;
      if (person.untold === 0 && person.unaudited === 0) buckets.delete(key);
      else buckets.set(key, { ...person, tokens: burst, at: now });
    }
  };

  return {
    take: (channel, { name, ids }, now) => {
      if (UNLIMITED.has(channel)) return { serve: true, tell: 0, audit: 0 };
      forget(now);
      const key = JSON.stringify([name, ids]);
      const before = buckets.get(key);
      const toldAt = before?.toldAt ?? -Infinity;
      const left = tokensLeft(before, { burst, perMinute }, now);
      const serve = left >= 1;
      const untold = (before?.untold ?? 0) + (serve ? 0 : 1);
      // Once a minute; and when the burst is over, with the first message that is served.
      const isOver = serve && left >= burst / 2;
      const isTold = untold > 0 && (isOver || Math.abs(now - toldAt) >= MINUTE_MS);
      const unaudited = (before?.unaudited ?? 0) + (serve ? 0 : 1);
      const lines = tokensLeft(before?.audited, AUDITED, now);
      const isAudited = unaudited > 0 && lines >= 1;
      const lastToldAt = isTold ? now : toldAt;
      buckets.set(key, {
        tokens: serve ? left - 1 : left,
        at: now,
        // The next burst is told of at once.
        toldAt: isOver ? -Infinity : lastToldAt,
        untold: isTold ? 0 : untold,
        audited: { tokens: isAudited ? lines - 1 : lines, at: now },
        unaudited: isAudited ? 0 : unaudited,
      });
      return { serve, tell: isTold ? untold : 0, audit: isAudited ? unaudited : 0 };
    },
  };
};
