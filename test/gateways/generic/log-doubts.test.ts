import { describe, expect, it } from 'vitest';
import { genericKind } from '../../../src/gateways/generic/generic.ts';
import { lineFormat } from '../../../src/gateways/generic/line-format.ts';
import { doubtIn } from '../../../src/gateways/generic/log-doubts.ts';
import type { LogSettings } from '../../../src/gateways/generic/settings.ts';
import { NOTHING } from './settings.ts';

const readerOf = (log: Partial<LogSettings>) =>
  genericKind({
    name: 'a',
    kind: 'generic',
    home: '/srv/a',
    command: ['a'],
    unit: null,
    supervisor: 'process',
    generic: { ...NOTHING, logs: [{ path: 'a.log', format: 'auto', dateOrder: null, ...log }] },
  }).newLogReader('a.log');

const doubtOf = (log: Partial<LogSettings>, lines: readonly string[], written: 'before' | 'since' = 'since') => {
  const reader = readerOf(log);
  for (const line of lines) reader.line(line, written);
  return reader.doubt?.() ?? null;
};

const FINE = '2026-11-22 08:37:32 INFO up';
const US = '11/22/2026, 8:37:32 AM up';
const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "bot.py", line 3',
  '    x = 1',
  '',
  'ValueError: no',
  '    again',
  'more',
  'and more',
];

describe('a log whose lines', () => {
  it.each<[string, Partial<LogSettings>, readonly string[], string | null]>([
    ['have not come yet', {}, [], null],
    ['are dated', {}, [FINE, ...TRACEBACK], null],
    ['begin with a banner', {}, ['*** Starting ***', '', FINE], null],
    ['are a short banner so far', {}, ['*** Starting ***', 'of mine'], null],
    ['have a date in digits', {}, [US], 'date_order'],
    ['have a date in digits whose order is told', { dateOrder: 'mdy' }, [US], null],
    ['have a strange date once among others', {}, [FINE, FINE, US], null],
    ['speak of a time that no format knows', {}, ['at half past 08:37 something happened'], 'no_line_fits'],
    ['have no time at all', {}, TRACEBACK, 'no_line_fits'],
    ['are not meant to have a time', { format: 'plain' }, TRACEBACK, null],
    ['are no JSON', { format: 'json' }, ['08:37 up'], 'no_line_fits'],
    ['are JSON without a time', { format: 'json' }, ['{"msg":"up"}'], 'form'],
    ['fit a pattern whose time is none', { format: '^(?P<time>\\S+) (?P<message>.*)' }, ['noon up'], 'form'],
    ['do not fit the pattern', { format: '^x(?P<time>\\S+) (?P<message>.*)' }, [FINE], 'no_line_fits'],
    ['are of a pattern without a time', { format: '^(?P<level>\\w+): (?P<message>.*)' }, ['INFO: up'], null],
    ['name a zone of several meanings', {}, ['2026-11-22 08:37:32 IST up'], 'zone'],
    ['name a day that there is not', {}, ['2026-11-31 08:37:32 up'], 'no_such_time'],
    ['have a time without a day', {}, [`${new Date().toTimeString().slice(0, 8)} up`], null],
  ])('%s', (_what, log, lines, why) => {
    for (const written of ['before', 'since'] as const) expect(doubtOf(log, lines, written)?.why ?? null).toBe(why);
  });

  it('are of another time zone are told when they come, and not of what lay there before', () => {
    const kind = genericKind({
      name: 'a',
      kind: 'generic',
      home: '/srv/a',
      command: ['a'],
      unit: null,
      supervisor: 'process',
      generic: { ...NOTHING, logs: [{ path: 'a.log', format: 'auto', dateOrder: null }] },
    });
    const at = (ms: number): string => `${new Date(Date.now() + ms).toISOString()} up`;
    const doubted = (ms: number, written: 'before' | 'since'): string | null => {
      const reader = kind.newLogReader('a.log');
      for (let line = 0; line < 3; line += 1) reader.line(at(ms), written);
      return reader.doubt?.()?.why ?? null;
    };
    const HOUR = 3_600_000;
    expect([-8 * HOUR, 8 * HOUR, -5.75 * HOUR].map((ms) => doubted(ms, 'since'))).toEqual([
      'other_zone',
      'other_zone',
      'other_zone',
    ]);
    expect([0, -2_000, -400_000, -8 * HOUR - 400_000].map((ms) => doubted(ms, 'since'))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(doubted(-8 * HOUR, 'before')).toBeNull();
  });

  it('are doubted until they are dated, so that what was mended is no longer told', () => {
    const reader = readerOf({});
    reader.line(US);
    expect(reader.doubt?.()).toEqual({ why: 'date_order', text: US });
    for (let line = 0; line < 2; line += 1) reader.line(FINE);
    expect(reader.doubt?.()).toBeNull();
  });

  it('are shown without secrets, and not whole', () => {
    const text =
      doubtOf({}, [`11/22/2026, 8:37:32 AM token=abcdefabcdef0123456789 ${'x'.repeat(500)}\u0007`])?.text ?? '';
    expect(text).not.toContain('abcdefabcdef');
    expect(text.length).toBeLessThan(130);
  });
});

describe('lines that lie there already', () => {
  const read = (text: string) =>
    lineFormat('auto')(text, { now: Date.now(), after: -Infinity, dateOrder: null, isFresh: false });

  it('are doubted at the last place where they are', () => {
    expect(doubtIn(['banner', US, 'and', US, 'more'], read)).toEqual({ doubt: { why: 'date_order', text: US }, at: 3 });
  });

  it('that have no day cannot be dated at all, which whoever writes the format may want to know', () => {
    expect(doubtIn(['08:37:32 up'], read)).toMatchObject({ doubt: { why: 'day' }, at: 0 });
    expect(doubtIn(['08:37:32 up', FINE], read)).toBeNull();
  });
});
