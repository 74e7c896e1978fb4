/** What a message looks like when it goes to QQ, whatever stands in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapedBytes, escapeCode, escapeLine } from '../../../src/channels/qq/content/escape.ts';
import { keyboard, shownButtons } from '../../../src/channels/qq/content/keyboard.ts';
import { renderQqMessage } from '../../../src/channels/qq/content/render.ts';
import { PART_BYTES, partsOf, rowsOf, SHORT_BYTES } from '../../../src/channels/qq/content/rows.ts';
import { repaired, shapeName, type Fault, type Shape } from '../../../src/channels/qq/content/shape.ts';
import { defang } from '../../../src/channels/qq/content/defang.ts';
import { plainText, type Button, type Message } from '../../../src/chat/message/message.ts';
import { readMarkdown } from '../../../sandbox/qq/markdown.ts';
import { unregisteredHost } from '../../../sandbox/qq/urls.ts';

const TEXT: Shape = { form: 'text', keyboard: 'none', dots: 'some', length: 'full', repeat: false };
const MARKDOWN: Shape = { ...TEXT, form: 'markdown', keyboard: 'listed' };
const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

const HOSTILE = [
  '<@123>',
  '<@!all>',
  '@everyone',
  '<qqbot-at-user id="1" />',
  '[click](https://evil.example.com)',
  '![x](http://evil.example.com/a.png)',
  '# heading',
  '###### deep',
  '> quote',
  '- item',
  '1. first',
  '```',
  '~~~',
  '`code`',
  '**bold**',
  '__init__',
  '~~gone~~',
  '---',
  '===',
  '\\',
  '[a]: http://evil.example.com',
  '<http://evil.example.com>',
  '<img src=x>',
  '&lt;@1&gt;',
  '|a|b|',
  'run.sh',
  'www.evil.com',
  'api_key',
  '\u0000',
  '\u202e',
  '\u001b[31m',
  '日志',
  '🔴',
  '    ',
  '\t',
  '\n',
  '\r\n',
];
const nasty = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));
const list = fc.array(nasty, { maxLength: 8 });
const messages: fc.Arbitrary<Message> = fc.record({
  tone: fc.constantFrom('critical', 'warning', 'good', 'info'),
  title: nasty,
  lines: list,
  fields: fc.array(fc.record({ name: nasty, value: nasty }), { maxLength: 4 }),
  code: fc.array(nasty, { maxLength: 30 }),
  note: nasty,
});

const markdownOf = (message: Message, shape = MARKDOWN): string[] =>
  partsOf(rowsOf(message)).map(
    (rows) =>
      (renderQqMessage({ rows, buttons: [] }, shape, 'U', 'en') as { markdown: { content: string } }).markdown.content,
  );
const textOf = (message: Message, shape = TEXT): string[] =>
  partsOf(rowsOf(message)).map(
    (rows) => (renderQqMessage({ rows, buttons: [] }, shape, 'U', 'en') as { content: string }).content,
  );

/** Outside of fenced blocks. */
const unfenced = (content: string): string => content.replace(/^```\n[\s\S]*?\n```$/gm, '');

describe('hostile text', () => {
  it('becomes no mention, link, picture, heading or address in markdown, by a reader that knows backslashes', () => {
    fc.assert(
      fc.property(messages, (message) => {
        for (const content of markdownOf(message)) {
          const { markup, title } = readMarkdown(content);
          expect(markup).toEqual({
            headings: content.startsWith('## ') ? [title] : [],
            links: [],
            images: [],
            mentions: [],
          });
          expect(unregisteredHost(content, [])).toBeNull();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('nor by one that does not', () => {
    fc.assert(
      fc.property(messages, (message) => {
        for (const content of markdownOf(message)) {
          // A block that is open at the end, or one too many, would turn the rest into something else.
          expect(content.split('\n').filter((line) => /^\s*(```|~~~)/.test(line)).length % 2).toBe(0);
          const outside = unfenced(content);
          expect(outside).not.toMatch(/\]\(|!\[|<[@#a-z/!]|@everyone|```/i);
          expect(
            outside
              .split('\n')
              .filter((line) => /^\s*(#|>>|[-+*]\s|\|)/.test(line) && !line.startsWith('## '))
              .filter((line) => !line.startsWith('> ')),
          ).toEqual([]);
          expect(content).not.toMatch(/<[@#]|<qqbot|[\u0000\u202e\u001b]/);
        }
        for (const content of textOf(message)) expect(content).not.toMatch(/<[@#]|<qqbot|[\u0000\u202e\u001b]/);
      }),
      { numRuns: 400 },
    );
  });

  it('stands in parts of at most 1800 bytes in every shape, cut between characters', () => {
    const shapes: Shape[] = (['text', 'markdown'] as const).flatMap((form) =>
      (['some', 'none'] as const).flatMap((dots) => [true, false].map((repeat) => ({ ...TEXT, form, dots, repeat }))),
    );
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 5 }), (message, times) => {
        const long = {
          ...message,
          code: Array.from({ length: times }, () => message.code ?? []).flat(),
          lines: [(message.lines ?? []).join(' ').repeat(times)],
        };
        for (const rows of partsOf(rowsOf(long))) {
          for (const shape of shapes) {
            const body = renderQqMessage({ rows, buttons: [] }, shape, 'U', 'zh-CN') as {
              content?: string;
              markdown?: { content: string };
            };
            const content = body.markdown?.content ?? body.content ?? '';
            expect(bytes(content)).toBeLessThanOrEqual(PART_BYTES);
            expect(content.isWellFormed()).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('costs at least what it takes after defanging and escaping', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const line = text.replace(/[\r\n]/g, '');
        const allowed = [...line].reduce((sum, codePoint) => sum + escapedBytes(codePoint), 2);
        expect(bytes(escapeLine(defang(line)))).toBeLessThanOrEqual(allowed);
        expect(bytes(escapeCode(defang(line)))).toBeLessThanOrEqual(allowed);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the essential', () => {
  it('comes first, and no line is lost: as text a message reads as on every other channel', () => {
    const plain = fc
      .string({ unit: fc.constantFrom('a', 'b', '重', '启', ' '), minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(
        fc.record({
          tone: fc.constantFrom('critical', 'info'),
          title: plain,
          lines: fc.array(plain),
          code: fc.array(plain),
          note: plain,
        }),
        (message) => {
          expect(textOf(message as Message)[0]).toBe(plainText(message as Message));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is what is left of a text that is too long for QQ', () => {
    const [short = ''] = textOf(
      { tone: 'info', title: 'first', lines: ['x'.repeat(3_000)] },
      { ...TEXT, length: 'short' },
    );
    expect(short).toMatch(/^first\n?.* …$/s);
    expect(bytes(short)).toBeLessThanOrEqual(SHORT_BYTES + 4);
  });
});

describe('a line in markdown', () => {
  it.each([
    ['plain text, 重启完成', 'plain text, 重启完成'],
    ['# 1', '＃ 1'],
    ['> said', '＞ said'],
    ['- item', '\\- item'],
    ['1. first', '1\\. first'],
    ['2.5 s', '2.5 s'],
    ['a * b', 'a \\* b'],
    ['api_key and __init__', 'api_key and \\_\\_init\\_\\_'],
    ['~/.hermes ~~x~~', '~/.hermes \\~\\~x\\~\\~'],
    ['[x](y)', '[x] (y)'],
    ['![x](y)', '! [x] (y)'],
    ['[x]: y', '[x] : y'],
    ['host api[.]example[.]com', 'host api[.]example[.]com'],
    ['<@1> <b> a < b', '< @1> < b> a < b'],
    ['C:\\logs', 'C:\\\\logs'],
    ['`rm`', '\\`rm\\`'],
    ['&lt;@1&gt; a&b', '& lt;@1& gt; a&b'],
    ['    indented', 'indented'],
  ])('%s → %s', (line, expected) => {
    expect(escapeLine(line)).toBe(expected);
  });

  it('of code stays as it is, but cannot end its block', () => {
    expect(escapeCode('  if (a[0] * b) { # **x**')).toBe('  if (a[0] * b) { # **x**');
    expect(escapeCode('``` ~~~~ x')).toBe("''' '''' x");
  });
});

describe('buttons', () => {
  const button = (label: string, token?: string): Button => ({
    label,
    style: 'plain',
    command: '/status',
    ...(token ? { token } : {}),
  });
  const drawn = (buttons: readonly Button[], user: string | null = 'U') =>
    (keyboard(buttons, user, 'en') as { content: { rows: { buttons: Record<string, unknown>[] }[] } }).content.rows;

  it('call back with their token, for this person alone, and never carry the command', () => {
    const rows = drawn([{ ...button('Restart', 'T1'), style: 'primary' }]);
    expect(rows).toEqual([
      {
        buttons: [
          {
            id: '1',
            render_data: { label: 'Restart', visited_label: 'Restart', style: 1 },
            action: {
              type: 1,
              permission: { type: 0, specify_user_ids: ['U'] },
              data: 'T1',
              unsupport_tips: 'Update QQ, or type the command',
            },
          },
        ],
      },
    ]);
    expect(drawn([button('x', 'T1')], null)[0]?.buttons[0]).toMatchObject({ action: { permission: { type: 2 } } });
  });

  it('without a token or a label are not shown', () => {
    expect(shownButtons([button('a'), button(' ', 'T'), button('b', 'T')]).map(({ label }) => label)).toEqual(['b']);
    expect(shownButtons()).toEqual([]);
  });

  it.each([
    { count: 1, rows: [1] },
    { count: 4, rows: [2, 2] },
    { count: 10, rows: [2, 2, 2, 2, 2] },
    { count: 11, rows: [3, 3, 3, 2] },
    { count: 25, rows: [5, 5, 5, 5, 5] },
    { count: 40, rows: [5, 5, 5, 5, 5] },
  ])('$count of them stand in rows of $rows', ({ count, rows }) => {
    const all = Array.from({ length: count }, (_, n) => button(`Label ${n}`, `T${n}`));
    expect(drawn(shownButtons(all)).map(({ buttons }) => buttons.length)).toEqual(rows);
  });

  it.each([
    { labels: ['30 分', '2 小时', '8 小时'], rows: [3] },
    { labels: ['#4', '#3', '#2', '30 天'], rows: [2, 2] },
    { labels: ['#4', '#3', '#2', '#1', '30 天'], rows: [3, 2] },
    { labels: ['#2', '#1', 'Earlier'], rows: [2, 1] },
  ])('that are short stand three in a row: $labels', ({ labels, rows }) => {
    expect(drawn(labels.map((label, n) => button(label, `T${n}`))).map(({ buttons }) => buttons.length)).toEqual(rows);
  });

  it('have labels of at most ten characters, emoji counted once', () => {
    const labels = drawn([button('🔁 restart it now', 'T'), button('重启重启重启重启重启', 'T')]).flatMap(
      ({ buttons }) => buttons.map(({ render_data }) => (render_data as { label: string }).label),
    );
    expect(labels).toEqual(['🔁 restart…', '重启重启重启重启重启']);
  });
});

describe('a refused shape', () => {
  const faults: readonly Fault[] = ['address', 'words', 'markdown', 'keyboard', 'length'];

  it.each<{ fault: Fault; shape: Shape; next: Partial<Shape> | null; missing: string | null }>([
    { fault: 'address', shape: MARKDOWN, next: { dots: 'none', form: 'markdown' }, missing: 'dots' },
    { fault: 'address', shape: { ...MARKDOWN, dots: 'none' }, next: { form: 'text', keyboard: 'none' }, missing: null },
    { fault: 'address', shape: { ...TEXT, dots: 'none' }, next: null, missing: null },
    { fault: 'markdown', shape: MARKDOWN, next: { form: 'text', keyboard: 'none' }, missing: 'markdown' },
    { fault: 'markdown', shape: TEXT, next: { dots: 'none' }, missing: null },
    { fault: 'words', shape: MARKDOWN, next: { form: 'text' }, missing: null },
    { fault: 'words', shape: { ...TEXT, dots: 'none' }, next: null, missing: null },
    { fault: 'keyboard', shape: MARKDOWN, next: { keyboard: 'open' }, missing: 'listed_buttons' },
    { fault: 'keyboard', shape: { ...MARKDOWN, keyboard: 'open' }, next: { keyboard: 'none' }, missing: 'keyboard' },
    { fault: 'keyboard', shape: { ...MARKDOWN, keyboard: 'none' }, next: { form: 'text' }, missing: 'markdown' },
    { fault: 'length', shape: TEXT, next: { length: 'short' }, missing: null },
    { fault: 'length', shape: { ...TEXT, length: 'short' }, next: null, missing: null },
  ])('$fault of $shape.form, $shape.keyboard, $shape.dots: $next', ({ fault, shape, next, missing }) => {
    const repair = repaired(shape, fault);
    if (next === null) expect(repair).toBeNull();
    else expect(repair).toMatchObject({ shape: next, missing });
  });

  it('leads to another one a few times and then to none, whatever QQ answers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...faults), { minLength: 20, maxLength: 20 }), (answers) => {
        let shape: Shape | null = MARKDOWN;
        const seen: string[] = [];
        for (const fault of answers) {
          if (!shape) break;
          seen.push(shapeName(shape));
          shape = repaired(shape, fault)?.shape ?? null;
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.length).toBeLessThanOrEqual(7);
      }),
    );
  });
});
