import { describe, expect, test } from 'vitest';
import { fromEpoch, fromIso, fromWritten, instantOf } from '../../src/base/instant.ts';

const T = Date.UTC(2026, 10, 21, 12, 0, 0, 123);

describe('a time from outside', () => {
  test.each<[string, number, number | null]>([
    ['seconds', T / 1_000, T],
    ['whole seconds', 1_763_690_000, 1_763_690_000_000],
    ['milliseconds', T, T],
    ['milliseconds with a fraction', T + 0.75, T],
    ['microseconds', T * 1_000 + 456, T],
    ['nanoseconds', T * 1e6, T],
    ['no unit of today', 5, null],
    ['between two units', 1e11, null],
    ['nothing', NaN, null],
    ['for ever', Infinity, null],
    ['before 1970', -T, null],
  ])('since the epoch, in %s', (_, value, expected) => expect(fromEpoch(value)).toBe(expected));

  test.each<[string, number | null]>([
    ['2026-11-21T12:00:00.123456+00:00', T],
    ['2026-11-21T12:00:00.123Z', T],
    ['2026-11-21 12:00:00.123Z', T],
    ['2026-11-21', null],
    ['7', null],
    ['+058000-01-01T00:00:00Z', null],
    ['2026-99-21T12:00:00Z', null],
    ['', null],
  ])('as text: %s', (text, expected) => expect(fromIso(text)).toBe(expected));

  test.each<[unknown, number | null]>([
    [`${T / 1_000}`, T],
    [' 1763690000 ', 1_763_690_000_000],
    ['2026-11-21T12:00:00.123Z', T],
    [T, T],
    [null, null],
    [{}, null],
    ['1e300', null],
  ])('as some program wrote it: %j', (value, expected) => expect(fromWritten(value)).toBe(expected));

  test.each<[number, number | null]>([
    [0, 0],
    [1.9, 1],
    [253_402_300_799_999, 253_402_300_799_999],
    [253_402_300_800_000, null],
    [-0.5, 0],
    [-1, null],
    [NaN, null],
  ])('%d ms is whole and of a year that a calendar has', (ms, expected) =>
    expect(instantOf(ms) === null ? null : Number(instantOf(ms)) + 0).toBe(expected),
  );
});
