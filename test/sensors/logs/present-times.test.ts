import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../../../src/gateways/gateway-kind.ts';
import { presentTimes } from '../../../src/sensors/logs/present-times.ts';
import { instant } from '../../instant.ts';

const MINUTE = 60_000;
const T = Date.UTC(2026, 10, 21, 10);

/** A record of so many minutes past ten. */
const at = (minutes: number): LogRecord => {
  const time = instant(T + minutes * MINUTE);
  return {
    at: time,
    evidence: [{ at: time, source: 'gateway.log', text: `${minutes}`, link: null, fact: { kind: 'gateway-starting' } }],
  };
};
const read = (
  minutes: readonly number[],
  latest: number | null = null,
  writtenAfter: number | null = null,
  now = 100,
): readonly (readonly [string, number])[] =>
  presentTimes(minutes.map(at), {
    latest: latest === null ? null : instant(T + latest * MINUTE),
    writtenAfter: writtenAfter === null ? null : T + writtenAfter * MINUTE,
    now: T + now * MINUTE,
  }).records.flatMap(({ evidence }) => evidence.map(({ text, at: time }) => [text, (time - T) / MINUTE] as const));
const same = (...minutes: readonly number[]): readonly (readonly [string, number])[] =>
  minutes.map((minute) => [`${minute}`, minute] as const);

describe('what was written since the last look', () => {
  test.each<[string, Parameters<typeof read>, readonly (readonly [string, number])[]]>([
    ['is all that is there, at first', [[0, 1, 5]], same(0, 1, 5)],
    ['goes on', [[61, 62], 60, 59], same(61, 62)],
    [
      'may be out of order for some seconds',
      [[10, 9.95, 11]],
      [
        ['10', 10],
        ['9.95', 10],
        ['11', 11],
      ],
    ],
    ['is not an older copy of the log', [[0, 1, 2, 20], 60, 59], []],
    ['is what follows such a copy', [[0, 1, 20, 61, 62], 60, 59], same(61, 62)],
    ['is not an old line that somebody has pasted', [[10, 3, 12]], same(10, 12)],
    [
      'is beside lines of another clock that is ahead',
      [[10, 50, 11, 51, 12], 9, 8, 12],
      [
        ['10', 10],
        ['11', 11],
        ['12', 12],
        ['50', 50],
        ['51', 51],
      ],
    ],
    ['and has the times of a clock that was set back', [[21, 22], 60, 20], same(21, 22)],
    [
      'and goes on with them until they are where they were',
      [[40, 10, 20, 30, 39.5, 40, 41]],
      same(40, 10, 20, 30, 39.5, 40, 41),
    ],
  ])('%s', (_, given, expected) => expect(read(...given)).toEqual(expected));

  test('however a log is replaced by older copies of itself: no line of them is evidence again, and none is dated anew', () => {
    const minutes = fc
      .array(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 30 })
      .map((list) => list.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(
        minutes,
        fc.nat(),
        fc.array(fc.integer({ min: 61, max: 90 }), { maxLength: 5 }),
        (log, cut, later) => {
          const first = presentTimes(log.map(at), { latest: null, writtenAfter: null, now: T + 60 * MINUTE });
          expect(first.records).toHaveLength(log.length);
          const copy = log.slice(0, cut % log.length);
          const fresh = later.toSorted((a, b) => a - b);
          // The next look, at eleven; the one before was a few seconds earlier.
          const second = presentTimes([...copy, ...fresh].map(at), {
            latest: first.latest,
            writtenAfter: T + 60 * MINUTE,
            now: T + 90 * MINUTE,
          });
          const told = second.records.map((record) => record.at);
          expect(told.filter((time) => time > T + 60 * MINUTE)).toEqual(fresh.map((minute) => T + minute * MINUTE));
          // What has the time of the last line is that line, or one that cannot be told from it.
          for (const time of told) expect(time).toBeGreaterThanOrEqual((first.latest ?? 0) - 5_000);
        },
      ),
      { numRuns: 500 },
    );
  });
});
