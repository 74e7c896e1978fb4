import { describe, expect, it, test } from 'vitest';
import { createZoneNoter, isOfOtherZone, shownLine } from '../../src/gateways/other-zone.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12);

test.each<[string, number, boolean]>([
  ['of this zone', 0, false],
  ['a little late', -9_000, false],
  ['of UTC on a machine in Shanghai', -8 * HOUR, true],
  ['of Shanghai on a machine in UTC', 8 * HOUR, true],
  ['of Nepal', 5.75 * HOUR, true],
  ['of that zone and a little late', -8 * HOUR - 9_000, true],
  ['a quarter late, as after a pause', -900_000, false],
  ['of no zone', -8 * HOUR - 400_000, false],
  ['of last week', -7 * 24 * HOUR, false],
])('a line that is %s', (_, ms, isOther) => {
  expect(isOfOtherZone(NOW + ms, NOW)).toBe(isOther);
});

describe('the lines of one log', () => {
  const noted = (...offs: readonly number[]) => {
    const noter = createZoneNoter();
    offs.forEach((ms, index) => {
      noter.note(`line ${index}`, NOW + ms, NOW);
    });
    return noter.doubt();
  };
  const UTC = -8 * HOUR;

  it('are doubted once several of them, and most, are of another zone', () => {
    expect(noted(UTC, UTC)).toBeNull();
    expect(noted(UTC, UTC, UTC)).toEqual({ why: 'other_zone', text: 'line 2' });
    expect(noted(0, 0, 0, UTC, UTC, UTC)).toBeNull();
  });

  it('are doubted no more once the zone is set right', () => {
    expect(noted(...Array.from({ length: 20 }, () => UTC), ...Array.from({ length: 10 }, () => 0))).toBeNull();
  });

  it('are shown without secrets, and not whole', () => {
    const text = shownLine(`token=abcdefabcdef0123456789 ${'x'.repeat(500)}`);
    expect(text).not.toContain('abcdefabcdef');
    expect(text.length).toBeLessThan(130);
  });
});
