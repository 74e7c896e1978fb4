import { expect, test } from 'vitest';
import { ownThread, treatmentThread } from '../../src/notify/thread.ts';

test('what Lifeline says of itself, of treatments and of incidents never share a thread', () => {
  const now = Date.parse('2026-11-21T02:00:00+08:00');
  const matters = [...Array.from({ length: 6 }, (_, channel) => ({ channel })), 'away', 'store', 'reload'] as const;
  const own = matters.flatMap((about) => [now, now + 1].map((at) => ownThread(about, at)));
  expect(new Set(own).size).toBe(own.length);
  for (const thread of own) {
    expect(Number.isSafeInteger(thread)).toBe(true);
    expect(thread).toBeLessThan(0);
    expect(Math.abs(thread % 2)).toBe(1);
  }
  expect(treatmentThread(12)).toBe(-24);
});
