import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maintenanceUntil, nextBeginning, type MaintenanceWindow } from '../../src/healing/maintenance.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const nightly = (durationMs: number): MaintenanceWindow => ({ schedule: '0 3 * * *', durationMs });

/** The end of the window as a time of that zone, or null. */
const until = (windows: readonly MaintenanceWindow[], now: string): string | null => {
  const end = maintenanceUntil(windows, Date.parse(now));
  return end === null ? null : new Date(end).toISOString();
};

/** The same asked in another zone, which only a process of its own has. @param asked schedule, minutes, now. */
const untilInZone = async (
  zone: string,
  asked: readonly (readonly [string, number, string])[],
): Promise<readonly (string | null)[]> => {
  const source = `import { maintenanceUntil } from '${new URL('../../src/healing/maintenance.ts', import.meta.url).href}';
    const asked = ${JSON.stringify(asked)};
    const ends = asked.map(([schedule, minutes, now]) => maintenanceUntil([{ schedule, durationMs: minutes * 60_000 }], Date.parse(now)));
    console.log(JSON.stringify(ends.map((end) => end === null ? null : new Date(end).toISOString())));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, TZ: zone },
  });
  return JSON.parse(stdout) as readonly (string | null)[];
};

describe('a maintenance window', () => {
  it.each<[string, readonly MaintenanceWindow[], string, string | null]>([
    ['before it', [nightly(HOUR)], '2026-11-21T02:59:59.999+08:00', null],
    ['at its beginning', [nightly(HOUR)], '2026-11-21T03:00:00+08:00', '2026-11-20T20:00:00.000Z'],
    ['within a minute of its beginning', [nightly(HOUR)], '2026-11-21T03:00:30+08:00', '2026-11-20T20:00:00.000Z'],
    ['in its last millisecond', [nightly(HOUR)], '2026-11-21T03:59:59.999+08:00', '2026-11-20T20:00:00.000Z'],
    ['at its end', [nightly(HOUR)], '2026-11-21T04:00:00+08:00', null],
    [
      'over midnight, the next day',
      [{ schedule: '30 23 * * *', durationMs: 2 * HOUR }],
      '2026-11-22T00:45:00+08:00',
      '2026-11-21T17:30:00.000Z',
    ],
    [
      'over midnight, of yesterday only',
      [{ schedule: '30 23 * * 6', durationMs: 2 * HOUR }],
      '2026-11-22T00:45:00+08:00',
      '2026-11-21T17:30:00.000Z',
    ],
    [
      'over midnight, when it was no Saturday',
      [{ schedule: '30 23 * * 6', durationMs: 2 * HOUR }],
      '2026-11-21T00:45:00+08:00',
      null,
    ],
    ['shorter than a minute', [nightly(20_000)], '2026-11-21T03:00:19+08:00', '2026-11-20T19:00:20.000Z'],
    ['shorter than a minute, over', [nightly(20_000)], '2026-11-21T03:00:20+08:00', null],
    [
      'longer than its interval: it never ends',
      [{ schedule: '0 * * * *', durationMs: 90 * MINUTE }],
      '2026-11-21T10:15:00+08:00',
      '2026-11-21T03:30:00.000Z',
    ],
    [
      'of two that overlap, the end of the later',
      [nightly(HOUR), { schedule: '30 3 * * *', durationMs: HOUR }],
      '2026-11-21T03:45:00+08:00',
      '2026-11-20T20:30:00.000Z',
    ],
    [
      'of two that overlap, the longer',
      [nightly(3 * HOUR), { schedule: '30 3 * * *', durationMs: HOUR }],
      '2026-11-21T03:45:00+08:00',
      '2026-11-20T22:00:00.000Z',
    ],
    [
      'of two, the one that is on',
      [nightly(HOUR), { schedule: '0 15 * * *', durationMs: HOUR }],
      '2026-11-21T15:10:00+08:00',
      '2026-11-21T08:00:00.000Z',
    ],
    [
      'on workdays only, on a Saturday',
      [{ schedule: '0 3 * * 1-5', durationMs: HOUR }],
      '2026-11-21T03:10:00+08:00',
      null,
    ],
    ['none at all', [], '2026-11-21T03:10:00+08:00', null],
  ])('%s', (_when, windows, now, end) => expect(until(windows, now)).toBe(end));

  it('says the same at every moment of a minute, in whatever order it is asked', () => {
    const windows = [nightly(90_000)];
    expect(until(windows, '2026-11-21T03:01:29+08:00')).toBe('2026-11-20T19:01:30.000Z');
    expect(until(windows, '2026-11-21T03:01:30+08:00')).toBeNull();
    expect(until(windows, '2026-11-21T03:01:29+08:00')).toBe('2026-11-20T19:01:30.000Z');
    expect(until(windows, '2026-11-21T02:59:00+08:00')).toBeNull();
  });
});

describe('the zone of a maintenance window', () => {
  it('is the one of the process, which the configuration sets', async () => {
    expect(await untilInZone('Europe/Berlin', [['15 4 * * *', 60, '2026-11-21T04:30:00+01:00']])).toEqual([
      '2026-11-21T04:15:00.000Z',
    ]);
    expect(
      await untilInZone('America/New_York', [
        ['15 4 * * *', 60, '2026-11-21T04:30:00+01:00'],
        ['15 4 * * *', 60, '2026-11-21T04:30:00-05:00'],
      ]),
    ).toEqual([null, '2026-11-21T10:15:00.000Z']);
  });

  it('may have a day of 23 hours: a window from before the gap is as long as ever, one within the gap begins behind it', async () => {
    // 02:00 to 03:00 does not exist on 29 March 2026.
    expect(
      await untilInZone('Europe/Berlin', [
        ['30 1 * * *', 60, '2026-03-29T03:20:00+02:00'],
        ['30 1 * * *', 60, '2026-03-29T03:40:00+02:00'],
        ['31 2 * * *', 60, '2026-03-29T01:59:59+01:00'],
        ['31 2 * * *', 60, '2026-03-29T03:00:00+02:00'],
        ['31 2 * * *', 60, '2026-03-29T03:59:59+02:00'],
        ['31 2 * * *', 60, '2026-03-29T04:00:00+02:00'],
        ['31 2 * * *', 60, '2026-03-30T02:40:00+02:00'],
        ['0 2 * * *', 60, '2026-03-29T03:01:00+02:00'],
        ['30 2 29 3 *', 120, '2026-03-29T03:01:00+02:00'],
        ['20 0 2 * * 0', 60, '2026-03-29T03:01:00+02:00'],
        ['*/20 2 * * *', 10, '2026-03-29T03:15:00+02:00'],
        // By the hour, 02:30 is not missed: 01:30 and 03:30 are an hour apart.
        ['30 * * * *', 10, '2026-03-29T03:01:00+02:00'],
        ['30 * * * *', 10, '2026-03-29T03:31:00+02:00'],
      ]),
    ).toEqual([
      ...['2026-03-29T01:30:00.000Z', null, null, '2026-03-29T02:00:00.000Z', '2026-03-29T02:00:00.000Z', null],
      ...['2026-03-30T01:31:00.000Z', '2026-03-29T02:00:00.000Z', '2026-03-29T03:00:00.000Z'],
      ...['2026-03-29T02:00:00.000Z', null, null, '2026-03-29T01:40:00.000Z'],
    ]);
  });

  it('may have a day of 25 hours: a window in the hour that comes twice comes once, one of every hour twice', async () => {
    expect(
      await untilInZone('Europe/Berlin', [
        ['32 2 * * *', 20, '2026-10-25T02:40:00+02:00'],
        ['32 2 * * *', 20, '2026-10-25T02:55:00+02:00'],
        ['32 2 * * *', 20, '2026-10-25T02:40:00+01:00'],
        ['32 2 * * *', 90, '2026-10-25T02:40:00+01:00'],
        ['32 * * * *', 20, '2026-10-25T02:40:00+02:00'],
        ['32 * * * *', 20, '2026-10-25T02:40:00+01:00'],
      ]),
    ).toEqual([
      ...['2026-10-25T00:52:00.000Z', null, null, '2026-10-25T02:02:00.000Z'],
      ...['2026-10-25T00:52:00.000Z', '2026-10-25T01:52:00.000Z'],
    ]);
  });

  describe('and when it comes next', () => {
    const usual = process.env['TZ'];
    beforeEach(() => void (process.env['TZ'] = 'Europe/Berlin'));
    afterEach(() => void (process.env['TZ'] = usual));

    it.each([
      ['30 2 * * *', '2027-03-27T23:00:00+01:00', '2027-03-28T03:00:00+02:00'],
      ['0 2 * * *', '2027-03-27T23:00:00+01:00', '2027-03-28T03:00:00+02:00'],
      ['30 2 28 3 *', '2027-03-27T23:00:00+01:00', '2027-03-28T03:00:00+02:00'],
      ['30 2 * * *', '2027-03-28T03:00:00+02:00', '2027-03-29T02:30:00+02:00'],
      ['30 2 * * *', '2026-10-24T12:00:00+02:00', '2026-10-25T02:30:00+02:00'],
      ['30 2 * * *', '2026-10-25T02:30:00+02:00', '2026-10-26T02:30:00+01:00'],
      ['0 4 * * 0', '2026-11-21T12:00:00+01:00', '2026-11-22T04:00:00+01:00'],
      ['@weekly', '2026-11-21T12:00:00+01:00', '2026-11-22T00:00:00+01:00'],
      ['0 3 29 2 *', '2027-03-01T00:00:00+01:00', '2028-02-29T03:00:00+01:00'],
      ['*/10 * * * *', '2026-11-21T23:55:00+01:00', '2026-11-22T00:00:00+01:00'],
    ])('%s after %s: %s', (schedule, now, next) =>
      expect(nextBeginning(schedule, Date.parse(now))).toBe(Date.parse(next)),
    );
  });
});
