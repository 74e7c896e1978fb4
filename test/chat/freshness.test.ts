import { describe, expect, it } from 'vitest';
import { freshness } from '../../src/chat/freshness.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;

describe('freshness', () => {
  it.each<[string, number, unknown]>([
    ['just now', NOW, { kind: 'fresh' }],
    ['five minutes ago', NOW - 5 * MINUTE, { kind: 'fresh' }],
    ['a little more', NOW - 5 * MINUTE - 1, { kind: 'stale', ageMs: 5 * MINUTE + 1 }],
    ['two minutes ahead', NOW + 2 * MINUTE, { kind: 'fresh' }],
    ['more than that ahead', NOW + 2 * MINUTE + 1, { kind: 'ahead', aheadMs: 2 * MINUTE + 1 }],
    ['an hour ahead', NOW + 60 * MINUTE, { kind: 'ahead', aheadMs: 60 * MINUTE }],
    ['never', NaN, { kind: 'stale', ageMs: null }],
    ['at the end of time', Infinity, { kind: 'stale', ageMs: null }],
  ])('of a message sent %s', (_when, sentAt, expected) => {
    expect(freshness(sentAt, NOW)).toEqual(expected);
  });
});
