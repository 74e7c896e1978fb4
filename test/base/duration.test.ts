import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactDuration, parseDuration } from '../../src/base/duration.ts';

describe('a duration as it is typed', () => {
  it.each<[number, string]>([
    [0, '0s'],
    [250, '250ms'],
    [90_000, '1m30s'],
    [7_200_000, '2h'],
    [7 * 86_400_000, '7d'],
    [90_061_001, '1d1h1m1s1ms'],
    [-5, '0s'],
    [1.9, '1ms'],
  ])('is %d ms as %s', (ms, typed) => {
    expect(compactDuration(ms)).toBe(typed);
  });

  it('is read as the same duration again', () => {
    fc.assert(fc.property(fc.nat({ max: 400 * 86_400_000 }), (ms) => parseDuration(compactDuration(ms)) === ms));
  });
});
