import { describe, expect, it } from 'vitest';
import { createSenderLimit } from '../../../src/chat/access/sender-limit.ts';

const HOUR = 3_600_000;

describe('the limit for strangers', () => {
  it('is once an hour for each', () => {
    const limit = createSenderLimit();
    const answers = [0, 1, HOUR - 1, HOUR, HOUR + 1].map((at) => limit.allow('qq', 'A', at));
    expect(answers).toEqual([true, false, false, true, false]);
    expect(limit.allow('qq', 'B', 1)).toBe(true);
    expect(limit.allow('feishu', 'A', 1)).toBe(true);
  });

  it('is a handful an hour in all, however many they are', () => {
    const limit = createSenderLimit({ strangers: 5 });
    const flood = (at: number): number =>
      Array.from({ length: 10_000 }, (_, i) => limit.allow('qq', `S${i}`, at)).filter(Boolean).length;
    expect(flood(0)).toBe(5);
    expect(flood(HOUR - 1)).toBe(0);
    expect(flood(HOUR)).toBe(5);
  });

  it('does not last for ever when the clock is set back', () => {
    const limit = createSenderLimit();
    expect(limit.allow('qq', 'A', 10 * HOUR)).toBe(true);
    expect(limit.allow('qq', 'A', 0)).toBe(true);
  });
});
