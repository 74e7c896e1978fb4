import { describe, expect, test } from 'vitest';
import { crashHistory, lastRunOf, parseMark, type AliveMark, type LastRun } from '../../src/monitor/alive-mark.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MARK: AliveMark = {
  wallMs: 1_800_000_000_000,
  uptimeMs: DAY,
  ranMs: HOUR,
  ended: false,
  crashes: [],
  loopTold: false,
};

/** How far the wall clock has come since the mark, and what the uptime is now. */
test.each<[string, number, number, { readonly awayMs: number; readonly rebooted: boolean }]>([
  ['a restart after a crash', 5_000, DAY + 5_000, { awayMs: 5_000, rebooted: false }],
  ['hours later', 3 * HOUR, DAY + 3 * HOUR, { awayMs: 3 * HOUR, rebooted: false }],
  ['a reboot', 3 * MINUTE, 40_000, { awayMs: 3 * MINUTE, rebooted: true }],
  [
    'a reboot of long ago: it has been up for longer than it had been',
    10 * DAY,
    5 * DAY,
    { awayMs: 10 * DAY, rebooted: true },
  ],
  [
    'a reboot after which the clock is behind, for want of a battery',
    -2 * HOUR,
    40_000,
    { awayMs: 40_000, rebooted: true },
  ],
  ['the clock was set ahead meanwhile', 3 * HOUR, DAY + 10_000, { awayMs: 10_000, rebooted: false }],
  ['the clock was set back meanwhile', -3 * HOUR, DAY + 10_000, { awayMs: 10_000, rebooted: false }],
  [
    'the data folder was moved to a machine that has been up for longer',
    20_000,
    40 * DAY,
    { awayMs: 20_000, rebooted: false },
  ],
])('%s', (_what, wall, uptimeMs, { awayMs, rebooted }) => {
  const to = MARK.wallMs + wall;
  const now = { wallMs: to, monotonicMs: 50, uptimeMs };
  expect(lastRunOf(MARK, now)).toEqual({ how: 'unclean', from: to - awayMs, to, rebooted });
  expect(lastRunOf({ ...MARK, ended: true }, now)).toMatchObject({ how: 'clean' });
});

test('without a mark it is the first run', () => {
  expect(lastRunOf(null, { wallMs: 1, monotonicMs: 1, uptimeMs: 1 })).toEqual({ how: 'first' });
});

test('a mark is read as it was written; one that cannot be used is none', () => {
  expect(parseMark(JSON.stringify(MARK))).toEqual(MARK);
  for (const spoilt of [
    '',
    'null',
    '[]',
    '"alive"',
    '{"wallMs":1',
    JSON.stringify({ ...MARK, wallMs: null }),
    JSON.stringify({ ...MARK, crashes: 'no' }),
    JSON.stringify({ ...MARK, crashes: '' }),
    JSON.stringify({ ...MARK, crashes: [null] }),
    JSON.stringify({ ...MARK, crashes: undefined }),
    JSON.stringify({ ...MARK, ended: 1 }),
  ]) {
    expect(parseMark(spoilt), spoilt).toBeNull();
  }
  expect(parseMark(null)).toBeNull();
});

describe('restarting again and again', () => {
  const NOW = MARK.wallMs;
  const ago = (...minutes: number[]): number[] => minutes.map((each) => NOW - each * MINUTE);
  const CRASHED: LastRun = { how: 'unclean', from: NOW - 1_000, to: NOW, rebooted: false };
  const STOPPED: LastRun = { ...CRASHED, how: 'clean' };

  test.each<
    [
      string,
      Partial<AliveMark>,
      LastRun,
      { readonly loops: boolean; readonly loopTold: boolean; readonly crashes: number },
    ]
  >([
    [
      'the fourth within 10 minutes is not yet a loop',
      { crashes: ago(6, 4, 2) },
      CRASHED,
      { loops: false, loopTold: false, crashes: 4 },
    ],
    [
      'the fifth is',
      { crashes: ago(9, 6, 4, 2), ranMs: MINUTE },
      CRASHED,
      { loops: true, loopTold: false, crashes: 5 },
    ],
    [
      'those of more than 10 minutes ago do not count',
      { crashes: ago(11, 6, 4, 2) },
      CRASHED,
      { loops: false, loopTold: false, crashes: 4 },
    ],
    [
      'those of a future that the clock was set back from do not count',
      { crashes: ago(-60, -50, -40, -30) },
      CRASHED,
      { loops: false, loopTold: false, crashes: 1 },
    ],
    [
      'what was told stays told while it goes on',
      { crashes: ago(5, 4, 3, 2, 1), ranMs: MINUTE, loopTold: true },
      CRASHED,
      { loops: true, loopTold: true, crashes: 5 },
    ],
    [
      'a pause in it that is too short ends nothing',
      { crashes: ago(9.5, 9.4, 9.3, 9.2, 9.1), ranMs: 9 * MINUTE, loopTold: true },
      CRASHED,
      { loops: true, loopTold: true, crashes: 5 },
    ],
    [
      'a run of 10 minutes ends it',
      { crashes: ago(30, 29, 28, 27, 26), ranMs: 10 * MINUTE, loopTold: true },
      CRASHED,
      { loops: false, loopTold: false, crashes: 1 },
    ],
    [
      'a stop in order is no crash',
      { crashes: ago(9, 6, 4, 2), ranMs: MINUTE },
      STOPPED,
      { loops: false, loopTold: false, crashes: 4 },
    ],
    [
      'nor does it begin a loop that was over the limit before',
      { crashes: ago(9, 6, 4, 2, 1), ranMs: MINUTE },
      STOPPED,
      { loops: false, loopTold: false, crashes: 5 },
    ],
  ])('%s', (_what, mark, last, { loops, loopTold, crashes }) => {
    const history = crashHistory({ ...MARK, ...mark }, last, NOW);
    expect(history).toMatchObject({ loops, loopTold });
    expect(history.crashes).toHaveLength(crashes);
  });

  test('the first run has no history', () => {
    expect(crashHistory(null, { how: 'first' }, NOW)).toEqual({
      crashes: [],
      loops: false,
      loopTold: false,
    });
  });
});

test.each<[string, unknown, boolean]>([
  ['none, as earlier versions wrote it', undefined, true],
  ['one', { pid: 4, startTime: 5, place: 'web-3 pid:[7]' }, true],
  ['one without a place', { pid: 4, startTime: 5 }, false],
  ['a word', 'four', false],
])('a mark with a process of %s', (_what, process, counts) => {
  const mark = { ...MARK, ...(process === undefined ? {} : { process }) };
  expect(parseMark(JSON.stringify(mark))).toEqual(counts ? mark : null);
});
