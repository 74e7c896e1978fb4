import { expect, test } from 'vitest';
import { gapOf, type Gap } from '../../src/monitor/alive.ts';
import type { ClockReading } from '../../src/monitor/alive-mark.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEFORE: ClockReading = { wallMs: 1_800_000_000_000, monotonicMs: 5_000_000, uptimeMs: 90_000_000 };

/** How far each clock has come at the look after: wall, monotonic, uptime. */
test.each<[string, number, number, number, Gap | null]>([
  ['a look in time', 1_000, 1_000, 1_000, null],
  ['a look at the same moment', 0, 0, 0, null],
  ['a busy machine, half a minute late', 31_000, 31_000, 31_000, null],
  ['59 s late', 60_000, 60_000, 60_000, null],
  ['a minute late: SIGSTOP, a frozen container', 61_000, 61_000, 61_000, { kind: 'paused', ms: 61_000 }],
  ['sleep on Linux, where the monotonic clock stops', HOUR, 1_000, HOUR, { kind: 'slept', ms: HOUR }],
  ['sleep on macOS, where it goes on', HOUR, HOUR, HOUR, { kind: 'paused', ms: HOUR }],
  ['sleep for less than a minute', 40_000, 1_000, 40_000, null],
  ['a step of NTP', 31_000, 1_000, 1_000, null],
  ['a step of NTP back', -30_000, 1_000, 1_000, null],
  ['the clock set ahead', HOUR + 1_000, 1_000, 1_000, { kind: 'clock', ms: HOUR }],
  ['the clock set back', 1_000 - HOUR, 1_000, 1_000, { kind: 'clock', ms: -HOUR }],
  ['sleep, and the clock was set back by little at waking', HOUR - 500, 1_000, HOUR, { kind: 'slept', ms: HOUR - 500 }],
  ['sleep, and the clock was set ahead at waking', HOUR + 20_000, 1_000, HOUR, { kind: 'slept', ms: HOUR }],
  ['a pause, and the clock was set back', -HOUR, 5 * MINUTE, 5 * MINUTE, { kind: 'paused', ms: 5 * MINUTE }],
  ['a container that was moved to a machine that has been up for longer', 1_200, 1_000, 40 * 24 * HOUR, null],
  ['a container that was moved to a machine that has been up for less', 1_200, 1_000, -20 * HOUR, null],
  [
    'a virtual machine whose clocks were all stopped, and one put right',
    2 * HOUR,
    1_000,
    1_000,
    { kind: 'clock', ms: 2 * HOUR - 1_000 },
  ],
])('%s', (_what, wall, monotonic, uptime, gap) => {
  const after = {
    wallMs: BEFORE.wallMs + wall,
    monotonicMs: BEFORE.monotonicMs + monotonic,
    uptimeMs: BEFORE.uptimeMs + uptime,
  };
  expect(gapOf(BEFORE, after, 1_000, MINUTE)).toEqual(gap);
});
