/** Growth without end is told in time; what levels off is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growthOf, MOST_SAMPLES, SAMPLE_EVERY_MS, type MemorySample } from '../../src/diagnosis/memory-growth.ts';

const GB = 2 ** 30;
const CEILING = 2 * GB;
const START = Date.UTC(2026, 10, 1);
const HOUR = SAMPLE_EVERY_MS;

/** The samples of a life, by what it holds after so many hours. */
const life = (hours: number, bytesAt: (hour: number) => number): readonly MemorySample[] =>
  Array.from({ length: hours }, (_, hour) => ({ at: START + hour * HOUR, bytes: bytesAt(hour) }));

/** The hours at which growth is found, looking each hour with what the store keeps. */
const foundIn = (samples: readonly MemorySample[]): readonly number[] =>
  samples.flatMap(({ at }, hour) =>
    growthOf(samples.slice(Math.max(0, hour + 1 - MOST_SAMPLES), hour + 1), CEILING, at) === null ? [] : [hour],
  );

/** A whole number below `most` that looks like chance and is always the same. */
const noise = (hour: number, seed: number): number => ((hour * 7_919 + seed * 104_729) % 1_009) / 1_009 - 0.5;

describe('is told', () => {
  test('a leak, hours before its limit and not days', () => {
    const hours = foundIn(life(100, (hour) => 0.3 * GB + (hour / 90) * 1.7 * GB));
    expect(hours[0]).toBeGreaterThanOrEqual(64);
    expect(hours[0]).toBeLessThan(80);
  });

  test('how fast, and in how long', () => {
    const samples = life(73, (hour) => 0.5 * GB + (hour / 24) * 0.4 * GB);
    const found = growthOf(samples, CEILING, samples.at(-1)?.at ?? 0);
    expect((found?.bytesPerDay ?? 0) / GB).toBeCloseTo(0.4, 1);
    // 18 hours; what is told is rather too early than too late.
    expect((found?.fullInMs ?? 0) / HOUR).toBeGreaterThan(15);
    expect((found?.fullInMs ?? 0) / HOUR).toBeLessThan(18);
  });

  test('any leak with noise, before its limit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.5, noNaN: true }),
        fc.integer({ min: 40, max: 90 }),
        fc.integer({ min: 0, max: 1_000 }),
        (first, fullAfter, seed) => {
          const samples = life(
            fullAfter,
            (hour) => CEILING * (first + (hour / fullAfter) * (1 - first) + 0.01 * noise(hour, seed)),
          );
          expect(foundIn(samples)[0]).toBeLessThan(fullAfter - 3);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('is not told', () => {
  test.each<[string, readonly MemorySample[]]>([
    ['what stays as it is', life(200, () => 1.9 * GB)],
    ['a step', life(200, (hour) => (hour < 60 ? 0.9 : 1.8) * GB)],
    ['days and nights', life(200, (hour) => (1.2 + 0.5 * Math.sin((hour / 24) * 2 * Math.PI)) * GB)],
    ['a leak that takes a month', life(200, (hour) => (0.3 + (hour / 720) * 1.7) * GB)],
    ['the first day', life(24, (hour) => (1 + hour / 25) * GB)],
    ['a cache that is full at half', life(200, (hour) => Math.min(1, 0.2 + hour / 60) * GB)],
    [
      'samples of long ago',
      life(80, (hour) => 0.3 * GB + (hour / 90) * 1.7 * GB).map((each) => ({ ...each, at: each.at - 10 * 24 * HOUR })),
    ],
  ])('%s', (_, samples) => {
    expect(foundIn(samples).filter((hour) => hour < samples.length && samples[0]?.at === START)).toEqual([]);
    expect(growthOf(samples, CEILING, START + 200 * HOUR)).toBeNull();
  });

  test('any cache that levels off below the limit, however fast, with noise', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.4, noNaN: true }),
        fc.double({ min: 0.1, max: 0.95, noNaN: true }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 0, max: 1_000 }),
        (first, most, tau, seed) => {
          const samples = life(
            400,
            (hour) =>
              CEILING * (first + Math.max(0, most - first) * (1 - Math.exp(-hour / tau)) + 0.005 * noise(hour, seed)),
          );
          expect(foundIn(samples)).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
