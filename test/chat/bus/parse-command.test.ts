import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_ARGUMENTS,
  MAX_CHARACTERS,
  normalise,
  parseCommand,
  retype,
  type ParsedCommand,
} from '../../../src/chat/bus/parse-command.ts';
import { command } from '../helpers.ts';

const commands = [
  command('status', { aliases: ['状态'] }),
  command('restart', { aliases: ['重启'] }),
  command('logs', { aliases: ['日志', 'log'] }),
];

/** A short form: `/logs a|b`, `?name`, `!why`, `talk`, `talk~near`. */
const brief = (parsed: ParsedCommand): string => {
  switch (parsed.kind) {
    case 'command':
      return `/${parsed.command.id} ${parsed.args.join('|')}${parsed.more ? ' +' : ''}`.replace(/ +/g, ' ').trim();
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
    ['/status\n\tmain', '/status +'],
    ['\n\n/status\n', '/status'],
    ['/status main\r\nSent from my phone', '/status main +'],
    ['hello\n/restart', 'talk'],
    ['状态\u2028重启', '/status +'],
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
    expect(brief(parseCommand(text, commands))).toBe(expected);
  });

  it('keeps an empty quoted argument', () => {
    expect(parseCommand('/restart ""', commands)).toMatchObject({ kind: 'command', args: [''] });
  });

  it('knows which words stood in quotes', () => {
    expect(parseCommand('/logs main "50" “error line” x', commands)).toMatchObject({
      args: ['main', '50', 'error line', 'x'],
      quoted: new Set([1, 2]),
    });
  });

  it('keeps what follows a name that nobody knows, for the suggestion', () => {
    expect(parseCommand('/statsu main 2', commands)).toEqual({ kind: 'unknown', name: 'statsu', rest: 'main 2' });
  });
});

describe('what looks like a command and is none', () => {
  it.each<[string, string, string]>([
    ['a name for another bot', '/restart@bot main', '?restart@bot'],
    ['a mention that was left', '@Lifeline /restart', 'talk~restart'],
    ["QQ's way of mentioning", '<@!123> /restart', 'talk~restart'],
    ['a mention of somebody else', '@ann 重启 一下', 'talk~restart'],
    ['only mentions', '@a @b @c ', 'talk'],
    ['a Cyrillic а', '/st\u0430tus', '?st\u0430tus'],
    ['a Greek ο', '/restart\u03bf', '?restart\u03bf'],
    ['a dotless ı', '/f\u0131x', '?f\u0131x'],
    ['a Kelvin sign', '/\u212a', '?K'],
    ['an accent', '/sta\u0301tus', '?st\u00e1tus'],
    [
      'a flood of accents',
      `/status${'\u0301'.repeat(1_000)}`,
      `?${`status${'\u0301'.repeat(1_000)}`.normalize('NFKC')}`,
    ],
    ['an emoji', '/restart🔥', '?restart🔥'],
    ['an emoji alone', '🔥', 'talk'],
    ['a keycap', '/1\ufe0f\u20e3', '?1\u20e3'],
    ['a shell', '/$(reboot)', '?$(reboot)'],
    ['a backslash', '\\restart', 'talk'],
    ['the division slash', '\u2215restart', 'talk'],
    ['the fraction slash', '\u2044restart', 'talk'],
    ['two slashes', '//restart', '?/restart'],
    ['nested quotes', `/logs ${'「"'.repeat(200)}`, '!open_quote'],
    ['quotes within quotes', '/logs "「a」"', '/logs 「a」'],
    ['100 kB', '/status '.repeat(12_500), '!too_long'],
    ['100 kB without a blank', `/${'状'.repeat(100_000)}`, '!too_long'],
    ['many lines', '\n'.repeat(1_999), 'talk'],
    ['only control characters', '\u0000\u0001\u007f\u009f', 'talk'],
    ['half a letter', '/\ud800', '?\ud800'],
  ])('%s', (_what, text, expected) => {
    expect(brief(parseCommand(text, commands))).toBe(expected);
  });

  it.each([
    ['zero-width and direction marks', '\u200b\u200e\u202e/re\u2060st\ufeffart\u2069'],
    ['fillers that show nothing', '/restart\u3164\uffa0\u115f'],
    ['tags', '/restart\u{e0001}\u{e0041}'],
    ['variation selectors', '/restart\ufe0e\u{e0100}'],
    ['a full-width slash and letters', '／ＲＥＳＴＡＲＴ'],
    ['ideographic blanks', '\u3000/\u3000restart\u3000'],
  ])('but for %s a command is what it reads as', (_what, text) => {
    expect(brief(parseCommand(text, commands))).toBe('/restart');
  });
});

describe('a command that is written anew', () => {
  it('reads as the same words', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', ' ', '"', "'", '“', '”', '‘', '’', '「', '」', '/', '5'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.infiniteStream(fc.boolean()), (wanted, flags) => {
        const quoted = new Set(wanted.flatMap((_word, index) => (flags.next().value ? [index] : [])));
        const clean = wanted
          .map((each) => each.trim().replaceAll(/ +/g, ' '))
          .filter((each) => Object.values(['"', "'", '”', '’', '」']).some((closing) => !each.includes(closing)));
        const parsed = parseCommand(retype('logs', clean, quoted), commands);
        expect(parsed).toMatchObject({ kind: 'command', args: clean });
        if (parsed.kind === 'command')
          for (const index of quoted) if (index < clean.length) expect(parsed.quoted.has(index)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any text at all', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc
      .array(
        fc.constantFrom(
          '/',
          '\uff0f',
          'status',
          '重启',
          ' ',
          '"',
          "'",
          '\u201c',
          '\u201d',
          '\u200b',
          'x',
          '\ufdfa',
          '\ud800',
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join('')),
  );

  it('never throws and stays within the limits', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseCommand(text, commands);
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
        expect(parseCommand(plain, commands).kind === 'command' && !starts).toBe(false);
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
