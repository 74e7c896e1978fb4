/**
 * Keeps the platform's rate limits by waiting (docs/facts/feishu.md 4.1). The platform counts a call at some moment
 * between its beginning and its answer. So a call counts here from its beginning until a full period after its answer,
 * and no delay on the way can bring too many calls together.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** At most `count` calls within any `perMs`. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
}

export interface RateWindow {
  /** Calls with the same name share the limit. */
  readonly name: string;
  readonly limit: RateLimit;
}

export interface RateLimiter {
  /**
   * Makes the call when it may be made under all the limits.
   * @throws TooMany when that would take longer than a caller can be kept waiting; else what the call throws.
   */
  run<Result>(windows: readonly RateWindow[], signal: AbortSignal, call: () => Promise<Result>): Promise<Result>;
  /** Makes no calls of this name for as long as the platform has asked. */
  hold(name: string, ms: number): void;
}

export class TooMany extends Error {
  override readonly name = 'TooMany';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super('too many calls at once');
    this.afterMs = afterMs;
  }
}

interface Place {
  /** When the answer came; null while the call is under way. */
  endedAt: number | null;
}

interface Line {
  places: Place[];
  heldUntil: number;
}

const LONGEST_WAIT_MS = 5_000;
/** The wait while calls are under way, whose end is not known. */
const RECHECK_MS = 50;
/** From this many names on, those that were not called for a while are forgotten. */
const MANY_NAMES = 500;

/** @param now a clock that never jumps. */
export const createRateLimiter = (now: () => number = () => performance.now()): RateLimiter => {
  const lines = new Map<string, Line>();

  const lineOf = (name: string): Line => {
    let line = lines.get(name);
    if (!line) lines.set(name, (line = { places: [], heldUntil: 0 }));
    return line;
  };

  /** Returns how long it takes until a call may be made; 0: now. */
  const waitFor = ({ name, limit: { count, perMs } }: RateWindow): number => {
    const line = lineOf(name);
    line.places = line.places.filter(({ endedAt }) => endedAt === null || endedAt + perMs > now());
    const ends = line.places.flatMap(({ endedAt }) => (endedAt === null ? [] : endedAt + perMs - now()));
    const full = line.places.length < count ? 0 : Math.min(...ends, Infinity);
    return Math.max(full === Infinity ? RECHECK_MS : full, line.heldUntil - now());
  };

  const forget = (): void => {
    for (const [name, line] of lines) if (line.places.length === 0 && line.heldUntil < now()) lines.delete(name);
  };

  /** Finds and takes a place without a pause between, in which another call could take the place. */
  const takePlace = async (windows: readonly RateWindow[], signal: AbortSignal): Promise<Place> => {
    const begun = now();
    for (;;) {
      const waitMs = Math.max(0, ...windows.map(waitFor));
      if (waitMs <= 0) break;
      if (now() - begun + waitMs > LONGEST_WAIT_MS) throw new TooMany(Math.ceil(waitMs));
      await sleep(Math.ceil(waitMs), undefined, { signal });
    }
    const place: Place = { endedAt: null };
    for (const { name } of windows) lineOf(name).places.push(place);
    return place;
  };

  return {
    run: async (windows, signal, call) => {
      if (lines.size > MANY_NAMES) forget();
      const place = await takePlace(windows, signal);
      try {
        return await call();
      } finally {
        place.endedAt = now();
      }
    },
    hold: (name, ms) => {
      const line = lineOf(name);
      line.heldUntil = Math.max(line.heldUntil, now() + ms);
    },
  };
};
