import { afterEach, describe, expect, it } from 'vitest';
import { zoneNamed } from '../../src/base/local-time.ts';
import { applyTimezone } from '../../src/cli/timezone.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('a configured zone', () => {
  it.each<[string, number]>([
    ['+08:00', 480],
    ['+0800', 480],
    ['UTC+8', 480],
    ['-03:00', -180],
    ['+05:30', 330],
    ['+05:45', 345],
    ['-09:30', -570],
    ['+00:00', 0],
    ['Asia/Shanghai', 480],
    ['asia/shanghai', 480],
    ['UTC', 0],
    ['JST', 540],
  ])('%s is that of the times of this process', (timezone, minutes) => {
    applyTimezone({ timezone });
    expect(new Date(Date.UTC(2026, 10, 25)).getTimezoneOffset() + minutes).toBe(0);
  });

  it.each([
    ['CST', 'ambiguous'],
    ['ist', 'ambiguous'],
    ['EST', 'ambiguous'],
    ['+15:00', null],
    ['+08:17', null],
    ['Shanghai', null],
    ['', null],
  ])('%s is refused', (name, why) => expect(zoneNamed(name)).toBe(why));
});
