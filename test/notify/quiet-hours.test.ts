import { afterEach, describe, expect, test, vi } from 'vitest';
import { quietUntil } from '../../src/notify/hold.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const at = (hours: number, minutes = 0): number => hours * 60 + minutes;
const NIGHT = { from: at(23), to: at(7) };
const NOON = { from: at(12), to: at(14, 30) };

describe('in Shanghai', () => {
  test.each<[string, Parameters<typeof quietUntil>[0], string, string | null]>([
    ['no quiet hours', null, '2026-11-21T03:00:00', null],
    ['before they begin', NIGHT, '2026-11-21T22:59:59', null],
    ['as they begin', NIGHT, '2026-11-21T23:00:00', '2026-11-22T07:00:00'],
    ['before midnight', NIGHT, '2026-11-21T23:59:59', '2026-11-22T07:00:00'],
    ['at midnight', NIGHT, '2026-11-22T00:00:00', '2026-11-22T07:00:00'],
    ['in the last second', NIGHT, '2026-11-22T06:59:59', '2026-11-22T07:00:00'],
    ['at their end', NIGHT, '2026-11-22T07:00:00', null],
    ['within a day: before', NOON, '2026-11-21T11:59:59', null],
    ['within a day: in them', NOON, '2026-11-21T12:00:01', '2026-11-21T14:30:00'],
    ['within a day: after', NOON, '2026-11-21T14:30:00', null],
    ['from midnight', { from: 0, to: at(6) }, '2026-11-21T00:00:00', '2026-11-21T06:00:00'],
    ['until midnight', { from: at(22), to: 0 }, '2026-11-21T23:10:00', '2026-11-22T00:00:00'],
    ['the same minute twice means none', { from: at(8), to: at(8) }, '2026-11-21T08:00:00', null],
    ['nearly all day', { from: at(8), to: at(7, 59) }, '2026-11-21T08:00:00', '2026-11-22T07:59:00'],
  ])('%s', (_what, quiet, now, end) => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    expect(quietUntil(quiet, Date.parse(`${now}+08:00`))).toBe(end === null ? null : Date.parse(`${end}+08:00`));
  });
});

describe('where clocks are changed, in Berlin', () => {
  test.each<[string, { from: number; to: number }, string, string | null]>([
    ['a night of 7 hours', NIGHT, '2026-03-28T23:30:00+01:00', '2026-03-29T07:00:00+02:00'],
    ['a night of 9 hours', NIGHT, '2026-10-24T23:30:00+02:00', '2026-10-25T07:00:00+01:00'],
    [
      'an end that this night does not have',
      { from: at(23), to: at(2, 30) },
      '2026-03-29T01:30:00+01:00',
      '2026-03-29T03:00:00+02:00',
    ],
    [
      'an end that this night has twice, before the first',
      { from: at(23), to: at(2, 30) },
      '2026-10-25T01:30:00+02:00',
      '2026-10-25T02:30:00+02:00',
    ],
    [
      'between the first and the hour that comes again',
      { from: at(23), to: at(2, 30) },
      '2026-10-25T02:45:00+02:00',
      null,
    ],
    ['before the second', { from: at(23), to: at(2, 30) }, '2026-10-25T02:10:00+01:00', '2026-10-25T02:30:00+01:00'],
  ])('%s', (_what, quiet, now, end) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    expect(quietUntil(quiet, Date.parse(now))).toBe(end === null ? null : Date.parse(end));
  });
});
