import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from '../../src/base/suggest.ts';

describe('suggest', () => {
  it.each<[string, readonly string[], string | null]>([
    ['statsu', ['status', 'restart'], 'status'],
    ['restrat', ['status', 'restart'], 'restart'],
    ['STATUS', ['status'], 'status'],
    ['stop-timeout', ['stop_timeout'], 'stop_timeout'],
    ['lgo', ['logs', 'help'], 'logs'],
    ['log', ['logs', 'help'], 'logs'],
    ['banana', ['status', 'logs'], null],
    ['', ['a'], null],
    ['x', ['a'], null],
    ['日知', ['日志'], '日志'],
    ['a'.repeat(100), ['a'.repeat(100)], null],
  ])('for %s among %j is %s', (typed, names, expected) => {
    expect(suggest(typed, names)).toBe(expected);
  });
});

describe('editDistance', () => {
  it('is symmetric, zero only for equals, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
