import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { repeat } from '../../src/base/repeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is called at whole multiples of its interval, for the first time within it', () => {
  vi.advanceTimersByTime(130);
  const at: number[] = [];
  const end = repeat(250, () => void at.push(performance.now()));
  vi.advanceTimersByTime(900);
  expect(at).toEqual([250, 500, 750, 1_000]);
  end();
});

it('wakes the process once for all that comes round in one moment', () => {
  const ends = [250, 500, 1_000, 1_000].map((everyMs) => repeat(everyMs, () => undefined));
  vi.advanceTimersByTime(10);
  let awakenings = 0;
  for (; performance.now() < 2_000; awakenings += 1) vi.advanceTimersToNextTimer();
  expect(awakenings).toBe(8);
  ends.forEach((end) => end());
});

it('calls nothing that was ended, also by what comes before it in the same moment', () => {
  let calls = 0;
  const endFirst = repeat(100, () => endSecond());
  const endSecond = repeat(100, () => (calls += 1));
  vi.advanceTimersByTime(300);
  expect(calls).toBe(0);
  endFirst();
});

it('keeps no process alive when there is nothing to do', () => {
  const ends = [repeat(100, () => undefined), repeat(200, () => undefined)];
  expect(vi.getTimerCount()).toBe(1);
  ends.forEach((end) => end());
  expect(vi.getTimerCount()).toBe(0);
});

it('lets an error of one task be nobody else’s', async () => {
  const errors: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => void errors.push(error));
  let calls = 0;
  const ends = [
    repeat(100, () => {
      throw new Error('no');
    }),
    repeat(100, () => (calls += 1)),
  ];
  vi.advanceTimersByTime(200);
  ends.forEach((end) => end());
  vi.useRealTimers();
  await new Promise((done) => setTimeout(done, 0));
  process.removeAllListeners('uncaughtException');
  others.forEach((listener) => process.on('uncaughtException', listener));
  expect(calls).toBe(2);
  expect(errors).toHaveLength(2);
});

it('sets the same timer again as long as the time between two turns is the same', () => {
  const end = repeat(250, () => undefined);
  vi.advanceTimersByTime(600);
  // A spy would put the false timer back behind `useRealTimers`, for all files of this worker.
  const { setTimeout } = globalThis;
  let made = 0;
  globalThis.setTimeout = Object.assign((...given: Parameters<typeof setTimeout>) => {
    made += 1;
    return setTimeout(...given);
  }, setTimeout);
  vi.advanceTimersByTime(2_500);
  globalThis.setTimeout = setTimeout;
  expect(made).toBe(0);
  end();
});
