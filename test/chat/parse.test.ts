import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ARGUMENTS, MAX_CHARACTERS, normalise, parse, type Parsed } from '../../src/chat/parse.ts';
import { command } from './helpers.ts';

const commands = [command('status', { aliases: ['状态'] }), command('restart', { aliases: ['重启'] }), command('logs', { aliases: ['日志', 'log'] })];

/** A short form: `/logs a|b`, `?name`, `!why`, `talk`, `talk~near`. */
const brief = (parsed: Parsed): string => {
  switch (parsed.kind) {
    case 'command':
      return `/${parsed.command.id} ${parsed.args.join('|')}`.trim();
    case 'unknown':
      return `?${parsed.name}`;
    case 'rejected':
      return `!${parsed.why}`;
    case 'talk':
      return parsed.near ? `talk~${parsed.near.id}` : 'talk';
  }
};

describe('what a person types', () => {
  it.each<[string, string]>([
    ['/status', '/status'],
    ['  /status  ', '/status'],
    ['/STATUS', '/status'],
    ['/ status', '/status'],
    ['\uff0fstatus', '/status'],
    ['\uff0f\uff33\uff34\uff21\uff34\uff35\uff33', '/status'],
    ['/logs\u3000main\u300050', '/logs main|50'],
    ['/logs\uff15\uff10', '?logs50'],
    ['/logs \uff15\uff10', '/logs 50'],
    ['/log 5', '/logs 5'],
    ['\u200b/sta\u200dtus\ufeff', '/status'],
    ['\u202e/status\u202c', '/status'],
    ['/status\n\tmain', '/status main'],
    ['/status\u0000main', '/status main'],
    ['状态', '/status'],
    ['/状态', '/status'],
    ['\uff0f状态 main', '/status main'],
    ['重启 main', '/restart main'],
    ['日志 50', '/logs 50'],
    ['重启一下吧', 'talk'],
    ['状态怎么样', 'talk'],
    ['status', 'talk~status'],
    ['Restart the server please', 'talk~restart'],
    ['log in', 'talk~logs'],
    ['hello', 'talk'],
    ['', 'talk'],
    ['   ', 'talk'],
    ['/', 'talk'],
    ['//', '?/'],
    ['/statsu main', '?statsu'],
    ['/etc/passwd', '?etc/passwd'],
    ['/__proto__', '?__proto__'],
    ['/restart "my gateway" x', '/restart my gateway|x'],
    ["/restart 'my gateway'", '/restart my gateway'],
    ['/restart \u201cmy gateway\u201d', '/restart my gateway'],
    ['/restart 「my gateway」', '/restart my gateway'],
    ['/restart ""', '/restart'],
    ["/restart don't", "/restart don't"],
    ['/restart "main', '!open_quote'],
    ['/restart \u201cmain', '!open_quote'],
    ['/restart a"b c"d', '/restart a"b|c"d'],
    ['/restart $(reboot); rm -rf /', '/restart $(reboot);|rm|-rf|/'],
    [`/logs ${'a '.repeat(MAX_ARGUMENTS)}`, `/logs ${Array(MAX_ARGUMENTS).fill('a').join('|')}`],
    [`/logs ${'a '.repeat(MAX_ARGUMENTS + 1)}`, '!too_many_arguments'],
    [`/logs ${'a'.repeat(MAX_CHARACTERS - 6)}`, `/logs ${'a'.repeat(MAX_CHARACTERS - 6)}`],
    [`/logs ${'a'.repeat(MAX_CHARACTERS - 5)}`, '!too_long'],
    ['\ufdfa'.repeat(MAX_CHARACTERS / 2), '!too_long'],
  ])('%j is %j', (text, expected) => {
    expect(brief(parse(text, commands))).toBe(expected);
  });

  it('keeps an empty quoted argument', () => {
    expect(parse('/restart ""', commands)).toMatchObject({ kind: 'command', args: [''] });
  });
});

describe('any text at all', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc.array(fc.constantFrom('/', '\uff0f', 'status', '重启', ' ', '"', "'", '\u201c', '\u201d', '\u200b', 'x', '\ufdfa', '\ud800'), { maxLength: 60 }).map((parts) => parts.join('')),
  );

  it('never throws and stays within the limits', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parse(text, commands);
        if (parsed.kind === 'unknown') expect(parsed.name.length).toBeLessThanOrEqual(MAX_CHARACTERS);
        if (parsed.kind !== 'command') return;
        expect(parsed.args.length).toBeLessThanOrEqual(MAX_ARGUMENTS);
        expect(parsed.args.join('').length).toBeLessThanOrEqual(MAX_CHARACTERS);
        expect(parsed.args.join('')).not.toMatch(/[\u0000-\u001f\u200b]/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is never a command without a slash, except by a Chinese alias', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const plain = normalise(text.slice(0, 200));
        const starts = plain.startsWith('/') || ['状态', '重启', '日志'].includes(plain.split(' ')[0] ?? '');
        expect(parse(plain, commands).kind === 'command' && !starts).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is normalised once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
