import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { processClock, scaledClock } from '../../src/base/clock.ts';
import { parseDuration } from '../../src/base/duration.ts';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
    ['', null],
    ['5', null],
    ['5 m', null],
    ['m5', null],
    ['-5m', null],
    ['5w', null],
  ])('%j is %j ms', (text, expected) => expect(parseDuration(text)).toBe(expected));
});

describe('the clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is the machine’s own unless told otherwise', () => {
    expect(processClock({}).now()).toBe(1_000_000);
  });

  test('runs faster from its origin on, in timers too', async () => {
    const clock = processClock({ LIFELINE_CLOCK: '1000000:60' });
    const rang = vi.fn();
    clock.timer(60_000, rang);
    await vi.advanceTimersByTimeAsync(999);
    expect(rang).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(rang).toHaveBeenCalledOnce();
    expect(clock.now()).toBe(1_060_000);
  });

  test('sleeps until it is woken or aborted', async () => {
    const clock = scaledClock(0, 1);
    const slept = clock.sleep(50);
    await vi.advanceTimersByTimeAsync(50);
    await slept;
    const stop = new AbortController();
    const aborted = clock.sleep(50, stop.signal);
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['fast', '1:0', ':2', '1'])('refuses LIFELINE_CLOCK=%s', (setting) => {
    expect(() => processClock({ LIFELINE_CLOCK: setting })).toThrow(RangeError);
  });
});
