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

it('is called in one moment with all that comes round then', () => {
  const moments = new Set<number>();
  const ends = [250, 500, 1_000, 1_000].map((everyMs) => repeat(everyMs, () => void moments.add(performance.now())));
  vi.advanceTimersByTime(2_000);
  expect(moments.size).toBe(8);
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
  ends.forEach((end) => end());
  expect(vi.getTimerCount()).toBe(0);
});

it('lets an error of one task be nobody else’s', async () => {
  vi.useRealTimers();
  const errors: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => void errors.push(error));
  let calls = 0;
  const ends = [
    repeat(20, () => {
      throw new Error('no');
    }),
    repeat(20, () => (calls += 1)),
  ];
  await expect.poll(() => Math.min(calls, errors.length), { timeout: 60_000 }).toBeGreaterThan(1);
  ends.forEach((end) => end());
  process.removeAllListeners('uncaughtException');
  others.forEach((listener) => process.on('uncaughtException', listener));
});
