/**
 * How much gets through redaction, and how much it takes that is no secret: bounds over lines that were not chosen from
 * its patterns.
 */
import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/base/redact/redact.ts';
import { filled } from '../fixtures/fill.ts';
import { ORDINARY_LINES } from '../fixtures/ordinary-lines.ts';
import { SECRET_SHAPES } from '../fixtures/secret-shapes.ts';

const FILLINGS = 5;
const MOST_THROUGH = 5;
/** Of a thousand. */
const MOST_TOUCHED = 5;
/** Fewer characters of a secret in a row may be left, to recognise it by. */
const TELLING = 8;

interface Shape {
  readonly line: string;
  /** Without what all secrets of its kind begin with. */
  readonly secret: string;
}

const shapeOf = (template: string, seed: number): Shape => {
  const marked = filled(template, seed);
  const [, secret = ''] = /«(.*?)»/.exec(marked) ?? [];
  const [, prefix = ''] = /«([^[»]*)\[/.exec(template) ?? [];
  return { line: marked.replaceAll(/[«»]/g, ''), secret: secret.slice(prefix.length) };
};

/** Whether a part of the secret is still there that tells it. */
const comesThrough = ({ line, secret }: Shape): boolean => {
  const shown = redact(line);
  const window = Math.min(TELLING, secret.length);
  for (let at = 0; at + window <= secret.length; at += 1)
    if (shown.includes(secret.slice(at, at + window))) return true;
  return false;
};

describe('of 150 shapes of secrets', () => {
  test('there are 150 different ones, each with its secret', () => {
    expect(new Set(SECRET_SHAPES).size).toBe(150);
    expect(SECRET_SHAPES.filter((template) => shapeOf(template, 0).secret.length < 4)).toEqual([]);
  });

  test.each(Array.from({ length: FILLINGS }, (_, seed) => seed))('at most five come through, filling %i', (seed) => {
    const through = SECRET_SHAPES.filter((template, index) => comesThrough(shapeOf(template, seed * 1_000 + index)));
    expect(through.length, through.join('\n')).toBeLessThanOrEqual(MOST_THROUGH);
  });
});

test('of 1,000 ordinary lines at most five are touched', () => {
  const lines = ORDINARY_LINES.flatMap((template, index) =>
    Array.from({ length: FILLINGS }, (_, n) => filled(template, index * FILLINGS + n)),
  );
  expect(new Set(ORDINARY_LINES).size).toBe(200);
  const touched = lines.filter((line) => redact(line) !== line);
  expect(touched.length, touched.map((line) => `${line}\n  ${redact(line)}`).join('\n')).toBeLessThanOrEqual(
    MOST_TOUCHED,
  );
});
