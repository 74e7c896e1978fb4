/** No pattern of Lifeline's takes long for a text that somebody else chooses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTime } from '../base/in-time.ts';
import { ALLOWED, isElsewhere } from './allowed.ts';
import { collect } from './collect.ts';
import { patternsOf } from './sources.ts';

const linear = new Set(
  readFileSync(join(import.meta.dirname, 'linear.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== ''),
);
const { patterns, unknown, stale } = collect();

describe('the patterns that meet what others write', () => {
  test('were judged to take linear time, or are allowed for a reason', () => {
    // For a new one: see judge.ts.
    expect(
      [...patterns].filter(
        ([pattern, where]) => !linear.has(pattern) && !(pattern in ALLOWED) && !where.every(isElsewhere),
      ),
    ).toEqual([]);
  });

  test('are all known, also those that are put together while the program runs', () => {
    expect({ unknown, stale }).toEqual({ unknown: [], stale: [] });
  });

  test('are still there', () => {
    expect([...linear, ...Object.keys(ALLOWED)].filter((pattern) => !patterns.has(pattern))).toEqual([]);
  });

  test.each(Object.entries(ALLOWED))(
    'takes no long time for as much as it may meet: %s',
    (pattern, { most, attack: [before, unit, after] }) => {
      const end = pattern.lastIndexOf('/');
      const text = `${before}${unit.repeat((most - before.length - after.length) / unit.length)}${after}`;
      expect(
        inTime(
          () =>
            [
              ...text.matchAll(
                new RegExp(pattern.slice(1, end), [...new Set([...pattern.slice(end + 1), 'g'])].join('')),
              ),
            ].length,
        ),
      ).toEqual(expect.any(Number));
    },
  );
});

test('patterns are found wherever they stand', () => {
  const text =
    'const one = /a\\/b/gu;\nconst two = (name) => new RegExp(`^${name}`,\n  "i").test(x) || RegExp(one).test("/no/");';
  expect(patternsOf('x.ts', text)).toEqual({
    literals: [{ file: 'x.ts', line: 1, pattern: '/a\\/b/gu' }],
    constructions: [
      { file: 'x.ts', line: 2, words: '`^${name}`, "i"' },
      { file: 'x.ts', line: 3, words: 'one' },
    ],
  });
});
