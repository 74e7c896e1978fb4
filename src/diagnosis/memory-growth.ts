/**
 * Whether a gateway's memory grows without end. Caches fill and level off: only growth that has gone on for a day,
 * hardly slows down and would reach the limit within another day is told.
 */

/** The least that was held within some time, so that a short need of much memory is no growth. */
export interface MemorySample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

export const SAMPLE_EVERY_MS = 3_600_000;
/** Four days. */
export const MOST_SAMPLES = 96;

const DAY_MS = 86_400_000;
const LEAST_MS = DAY_MS;
const HORIZON_MS = DAY_MS;
/** Each third must have grown by this part of the limit: what is less is noise. */
const LEAST_GROWTH = 0.03;
/** Growth that slows down more than this from one third to the next is a cache that fills. */
const LEAST_PACE = 0.8;
/** A gateway that holds less than this part of its limit has time. */
const LEAST_SHARE = 0.5;
const LEAST_PER_THIRD = 4;

export interface MemoryGrowth {
  readonly bytesPerDay: number;
  /** In how long the limit would be reached. */
  readonly fullInMs: number;
}

/** @param samples of the present process, oldest first. @returns null: it does not grow so. */
export const growthOf = (samples: readonly MemorySample[], ceiling: number, now: number): MemoryGrowth | null => {
  const recent = samples.filter(({ at }) => at <= now && at > now - MOST_SAMPLES * SAMPLE_EVERY_MS);
  const [first] = recent;
  const last = recent.at(-1);
  if (!first || !last || last.at - first.at < LEAST_MS || now - last.at > 3 * SAMPLE_EVERY_MS) return null;
  const thirdMs = (last.at - first.at) / 3;
  const thirds = [0, 1, 2].map((n) =>
    recent.filter(({ at }) => Math.min(2, Math.floor((at - first.at) / thirdMs)) === n).map(({ bytes }) => bytes),
  );
  if (thirds.some((each) => each.length < LEAST_PER_THIRD)) return null;
  const [begin = 0, middle = 0, end = 0] = thirds.map(median);
  const before = middle - begin;
  const lately = end - middle;
  if (Math.min(before, lately) < LEAST_GROWTH * ceiling || end < LEAST_SHARE * ceiling) return null;
  // What has grown faster and faster is taken to go on as it does now.
  const pace = Math.min(1, lately / before);
  if (pace < LEAST_PACE) return null;
  // The median stands for the middle of its third.
  const fullInMs = (timeTo(ceiling - end, lately, pace) - 0.5) * thirdMs;
  return fullInMs <= HORIZON_MS ? { bytesPerDay: (lately / thirdMs) * DAY_MS, fullInMs: Math.max(0, fullInMs) } : null;
};

/** @returns in how many thirds that much more is held, when each adds `pace` of what the one before has added. */
const timeTo = (missing: number, lately: number, pace: number): number => {
  if (missing <= 0) return 0;
  if (pace === 1) return missing / lately;
  const inAll = (lately * pace) / (1 - pace);
  return missing >= inAll ? Infinity : Math.log(1 - missing / inAll) / Math.log(pace);
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
