/** What a time that cannot be taken was probably meant to be. */
import { expect, test } from 'vitest';
import { likelyDurations } from '../../../src/chat/arguments/likely-durations.ts';

const MINUTE = 60_000;
const WEEK = { leastMs: MINUTE, mostMs: 7 * 24 * 60 * MINUTE };

test.each<[string, readonly string[]]>([
  ['2', ['2m', '2h']],
  ['9', ['9m', '9h']],
  ['10', ['10m']],
  ['90', ['90m']],
  ['0', ['1m']],
  ['99999', ['7d']],
  ['10s', ['1m']],
  ['30d', ['7d']],
  ['半小时', ['半小时']],
  ['soon', []],
  ['123456', []],
])('%s', (typed, meant) => {
  expect(likelyDurations(typed, WEEK)).toEqual(meant);
});
