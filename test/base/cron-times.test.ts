/** The published package tells node-cron the time itself: it must be what `Intl` tells, which node-cron asks otherwise. */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { cronGmt, cronParts, type CronZone } from '../../build/cron-times.ts';

const zoneBefore = process.env['TZ'];
afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

/** As node-cron asks it. */
const byIntl = (date: Date, zone: CronZone) => {
  const parts = new Intl.DateTimeFormat('en-US', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    weekday: 'short',
    hour12: false,
    ...(zone && { timeZone: zone }),
  }).formatToParts(date);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const offset = new Intl.DateTimeFormat('en-US', { timeZoneName: 'longOffset', ...(zone && { timeZone: zone }) });
  const gmt = offset.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return {
    day: Number(of('day')),
    month: Number(of('month')),
    year: Number(of('year')),
    hour: Number(of('hour')) % 24,
    minute: Number(of('minute')),
    second: Number(of('second')),
    millisecond: date.getMilliseconds(),
    weekday: of('weekday'),
    gmt: /^GMT(?:\+00:00)?$/.test(gmt) ? 'Z' : gmt,
  };
};

const moments = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2037, 11) }).map((at) => new Date(at));

test.each([
  'Asia/Shanghai',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Europe/Dublin',
  'UTC',
])('a moment in %s', (zone) => {
  process.env['TZ'] = zone;
  fc.assert(
    fc.property(moments, fc.constantFrom<CronZone>(undefined, 'UTC'), (date, asked) => {
      expect({ ...cronParts(date, asked) }).toEqual(byIntl(date, asked));
      expect(cronGmt(date, asked)).toBe(byIntl(date, asked).gmt);
    }),
    { numRuns: 300 },
  );
});
