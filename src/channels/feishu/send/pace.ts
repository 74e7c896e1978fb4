/**
 * The platform's limits, kept by waiting (docs/facts/feishu.md 4.1). The platform counts a call somewhere between its
 * beginning and its answer, so a call holds its place from the one until a full period after the other: then no
 * delay on the way can bring too many together.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** At most `count` calls within any `perMs`. */
export interface Limit {
  readonly count: number;
  readonly perMs: number;
}

export interface Window {
  /** Calls with the same name share the limit. */
  readonly name: string;
  readonly limit: Limit;
}

export interface Pace {
  /**
   * Makes the call when it may be made under all the limits.
   * @throws TooMany when that would take longer than a caller can be kept waiting; else what the call throws.
   */
  run<Result>(windows: readonly Window[], signal: AbortSignal, call: () => Promise<Result>): Promise<Result>;
  /** The platform said how long to stay away. */
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
  /** When its answer came; null while it is under way. */
  endedAt: number | null;
}

interface Line {
  places: Place[];
  heldUntil: number;
}

const LONGEST_WAIT_MS = 5_000;
/** When a call under way will end is not known. */
const LOOK_AGAIN_MS = 50;
/** Names that nobody called for a while are forgotten from this many on. */
const MANY_NAMES = 500;

/** @param now a clock that never jumps. */
export const createPace = (now: () => number = () => performance.now()): Pace => {
  const lines = new Map<string, Line>();

  const lineOf = (name: string): Line => {
    let line = lines.get(name);
    if (!line) lines.set(name, (line = { places: [], heldUntil: 0 }));
    return line;
  };

  /** How long until there is a place; 0: now. */
  const waitFor = ({ name, limit: { count, perMs } }: Window): number => {
    const line = lineOf(name);
    line.places = line.places.filter(({ endedAt }) => endedAt === null || endedAt + perMs > now());
    const ends = line.places.flatMap(({ endedAt }) => (endedAt === null ? [] : endedAt + perMs - now()));
    const full = line.places.length < count ? 0 : Math.min(...ends, Infinity);
    return Math.max(full === Infinity ? LOOK_AGAIN_MS : full, line.heldUntil - now());
  };

  const forget = (): void => {
    for (const [name, line] of lines) if (line.places.length === 0 && line.heldUntil < now()) lines.delete(name);
  };

  /** Found and taken in one go: between the two another call could take it. */
  const takePlace = async (windows: readonly Window[], signal: AbortSignal): Promise<Place> => {
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
