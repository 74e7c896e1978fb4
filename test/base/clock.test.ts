/** With the machine's own timers; the rest of a clock is in time.test.ts. */
import { describe, expect, it } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';

describe('a clock', () => {
  it.each([1, 20])('that runs %i times as fast never wakes before its own time', async (speed) => {
    const clock = scaledClock(Date.now(), speed);
    const early: number[] = [];
    for (let round = 0; round < 15; round++) {
      const sleeps = Array.from({ length: 100 }, async (_, n) => {
        const ms = Math.ceil(1 + n / 10) * speed;
        // Begun at different parts of a millisecond.
        await new Promise((done) => setImmediate(done));
        const begun = clock.now();
        await clock.sleep(ms);
        if (clock.now() - begun < ms) early.push(ms);
      });
      await Promise.all(sleeps);
    }
    expect(early).toEqual([]);
  });
});
