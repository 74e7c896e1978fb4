import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scaledClock } from '../../../src/base/clock.ts';
import { startHeartbeat, type LinkHeartbeat } from '../../../src/channels/qq/link/heartbeat.ts';

let said: string[];
let pulse: LinkHeartbeat;
beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  pulse = startHeartbeat({
    intervalMs: 1_000,
    clock: scaledClock(0, 1),
    beat: () => said.push('beat'),
    lost: (what) => {
      said.push(what);
      pulse.stop();
    },
  });
});
afterEach(() => {
  pulse.stop();
  vi.useRealTimers();
});

it('beats a little before each interval ends, for as long as it is answered', () => {
  for (let n = 0; n < 10; n++) {
    vi.advanceTimersByTime(800);
    pulse.heard();
    pulse.acked();
  }
  expect(said).toEqual(Array.from({ length: 10 }, () => 'beat'));
});

it('takes two intervals of silence for death', () => {
  vi.advanceTimersByTime(1_999);
  expect(said).toEqual(['beat', 'beat']);
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual(['beat', 'beat', 'frame']);
});

it('takes two unanswered heartbeats for death, however many events come', () => {
  for (let n = 0; n < 100; n++) {
    vi.advanceTimersByTime(100);
    pulse.heard();
  }
  expect(said).toEqual(['beat', 'beat', 'ack']);
});

it('tolerates one late answer', () => {
  for (let n = 0; n < 10; n++) {
    vi.advanceTimersByTime(1_500);
    pulse.heard();
    pulse.acked();
  }
  expect(said).not.toContain('ack');
  expect(said).not.toContain('frame');
});

it('does nothing more once stopped', () => {
  pulse.stop();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
});
