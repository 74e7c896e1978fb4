/** What rules patterns out before they are tried may never rule out one that fits. */
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidatesOf, firstCharacterOf } from '../../src/gateways/candidates.ts';
import * as hermes from '../../src/gateways/hermes/grammar.ts';
import { parseAny, parseLogLine, parseUsual } from '../../src/gateways/hermes/log-line.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import * as openClaw from '../../src/gateways/openclaw/gateway-grammar.ts';
import * as openClawLinks from '../../src/gateways/openclaw/link-grammar.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { tellSame } from '../../src/gateways/line-evidence.ts';
import { extent } from '../deep.ts';

interface Fitting {
  readonly message: RegExp;
}

const isList = (value: unknown): value is readonly Fitting[] =>
  Array.isArray(value) && value.length > 0 && value.every((each: Partial<Fitting>) => each.message instanceof RegExp);

const LISTS = Object.entries<unknown>({ ...hermes, ...openClaw, ...openClawLinks }).flatMap(([name, value]) =>
  isList(value) ? [{ name, patterns: value }] : [],
);

/** Lines of real gateways, and what is left of them without their heads. */
const LINES = globSync('test/issues/{main,later}/*.yaml', { cwd: `${import.meta.dirname}/../..` })
  .flatMap((file) => readFileSync(`${import.meta.dirname}/../../${file}`, 'utf8').split('\n'))
  .map((line) => line.trim().replace(/^- /, ''))
  .filter((line) => line !== '');
const MESSAGES = [
  ...new Set(
    LINES.flatMap((line) => [line, parseLogLine(line)?.message ?? line, line.replace(/^\S+ (?:\[\S+\] )?/, '')]),
  ),
];

/** A text that a pattern nearly fits: its source without the signs. */
const likeSource = ({ source }: RegExp): string =>
  source
    .replaceAll(/\(\?(?:<[^>=!]*>|[:=!]|<[=!])/g, '')
    .replaceAll(/\[[^\]]*\]|\\[dwSsb]/g, '1')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/\{[\d,]*\}|[()^$?*+|]/g, '');

describe('candidates', () => {
  test('there are lists and lines to try', () => {
    expect(LISTS.length).toBeGreaterThan(8);
    expect(LINES.length).toBeGreaterThan(500);
  });
  test.each(LISTS)('of $name leave out none that fits', ({ patterns }) => {
    const candidates = candidatesOf(patterns);
    const check = (text: string): void => {
      const fitting = patterns.filter(({ message }) => message.test(text));
      if (fitting.length > 0) expect(candidates(text), text).toEqual(expect.arrayContaining(fitting));
      expect(
        patterns.filter((pattern) => candidates(text).includes(pattern)),
        text,
      ).toEqual(candidates(text));
    };
    for (const message of MESSAGES) check(message);
    const near = fc.constantFrom(...patterns.map(({ message }) => likeSource(message)));
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), fc.string({ unit: 'binary' }), fc.nat(30), (text, other, at) => {
        check(text);
        check(text + other);
        check(text.slice(0, at) + other + text.slice(at));
        check(text.slice(at));
      }),
      { numRuns: extent(2_000, 200) },
    );
  });
  test.each([
    [/^abc/, 'a'],
    [/^\[x\]/, '['],
    [/^a?bc/, null],
    [/^a|bc/, null],
    [/^(?:a|b)c/, null],
    [/abc/, null],
    [/^abc/i, null],
    [/^abc/m, null],
    [/^\d/, null],
    [/^[ab]/, null],
    [/^a[|]b/, 'a'],
  ])('%s begins with %s', (pattern, first) => {
    expect(firstCharacterOf(pattern)).toBe(first);
  });
});

describe('the head of Hermes’s usual lines', () => {
  const check = (text: string): void => {
    const usual = parseUsual(text, -Infinity);
    if (usual) expect(usual).toEqual(parseAny(text, -Infinity));
  };
  test('is read as that of all others', () => {
    for (const line of LINES) check(line);
    expect(LINES.some((line) => parseUsual(line, -Infinity))).toBe(true);
  });
  test('also where it is nearly one', () => {
    const parts = fc.tuple(
      fc.constantFrom(
        '2026-11-21 10:00:00,123',
        '2026-13-41 25:61:61,12x',
        '2026-11-21T10:00:00.1',
        '-2026-11-21 1:0:0',
      ),
      fc.constantFrom(' INFO', ' WARNING', ' CRITICAL', ' ERRORS', ' info', '  INFO'),
      fc.constantFrom('', ' [a]', ' [a] ', ' [', ' [a b]', ' []', '[a]'),
      fc.constantFrom(' a.b', ' a:b', ' ', ' ü', ' a b', ''),
      fc.constantFrom(': ', ':', ':\n', ' : '),
      fc.string(),
    );
    fc.assert(
      fc.property(parts, fc.nat(40), fc.string({ maxLength: 2 }), (words, at, other) => {
        const text = words.join('');
        check(text);
        check(text.slice(0, at) + other + text.slice(at));
        check(text.slice(0, at) + other + text.slice(at + other.length));
      }),
      { numRuns: extent(20_000, 2_000) },
    );
  });
});

describe('the text of a line’s evidence', () => {
  const SECRET = 'sk-proj-abcdefghijklmnop0123456789';
  const readers = [
    {
      read: (text: string) => hermesLogReader('gateway.log').line(text),
      line: `2026-11-21 10:00:00,123 WARNING gateway.platforms.qqbot.adapter: [QQBot:1] WebSocket error: ${SECRET}`,
    },
    {
      read: (text: string) => openClawLogReader('openclaw.log').line(text),
      line: `2026-11-21T10:00:00.123Z [qqbot] [default] Connection failed: ${SECRET}`,
    },
  ];
  test.each(readers)('is redacted in each form in which it can leave: $line', ({ read, line }) => {
    const evidence = read(line)?.evidence[0];
    expect(evidence?.text).toContain('***');
    expect(evidence && { ...evidence }.text).toBe(evidence?.text);
    expect((JSON.parse(JSON.stringify(evidence)) as typeof evidence)?.text).toBe(evidence?.text);
    expect(structuredClone(evidence)?.text).toBe(evidence?.text);
    expect(Object.keys(evidence ?? {})).toEqual(['at', 'source', 'text', 'link', 'fact']);
  });
  test.each(readers)('is the same of two copies: $line', ({ read, line }) => {
    const [one, copy, other] = [line, line, `${line} more`].map((text) => read(text)?.evidence[0]);
    expect(one && copy && tellSame(one, copy)).toBe(true);
    expect(one && tellSame(one, { ...one })).toBe(true);
    if (one && other) expect(tellSame(one, other)).toBe(false);
    expect(one && tellSame(one, { ...one, text: 'other' })).toBe(false);
  });
});
