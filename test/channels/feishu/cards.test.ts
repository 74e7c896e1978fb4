import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardOf } from '../../../src/channels/feishu/content/cards.ts';
import { bytesOf, fittingCard, LIMIT_BYTES } from '../../../src/channels/feishu/content/fit.ts';
import type { Message, Tone } from '../../../src/chat/message/message.ts';
import { checkCard } from '../../../sandbox/feishu/card/check.ts';
import { mentionsIn } from '../../../sandbox/feishu/card/markdown.ts';
import { readCard } from '../../../sandbox/feishu/card/view.ts';

const FULL: Message = {
  tone: 'critical',
  title: 'main：QQ 失联',
  lines: ['连接已断，网关没有再试', '10:31 起'],
  fields: [
    { name: '进程', value: '4242' },
    { name: '已运行', value: '3 天' },
  ],
  code: ['ERROR close code 4008', 'gave up after 100 attempts'],
  note: '要重启请发 /restart main',
  buttons: [
    { label: '重启', style: 'danger', command: '/restart main', confirm: '现在重启 main？', token: 't-restart' },
    { label: '日志', style: 'primary', command: '/logs main', token: 't-logs' },
    { label: '忽略', style: 'plain', command: '/mute main' },
  ],
};

/** Every object of a card, in order. */
const nodes = (value: unknown): Record<string, unknown>[] => {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(nodes)];
};

const asSent = (card: object): Record<string, unknown> => JSON.parse(JSON.stringify(card)) as Record<string, unknown>;

const check = (card: object): void =>
  checkCard(asSent(card), { schema: true, counts: true, charts: true, isImage: () => false });

describe('a card', () => {
  test('shows all parts of the message', () => {
    const { view, buttons } = readCard(asSent(cardOf(FULL)));
    expect(view).toEqual({
      title: '🔴 main：QQ 失联',
      summary: '🔴 main：QQ 失联 连接已断，网关没有再试 10:31 起',
      colour: 'red',
      blocks: [
        { kind: 'text', text: '连接已断，网关没有再试\n10:31 起' },
        { kind: 'fields', fields: FULL.fields },
        { kind: 'code', text: 'ERROR close code 4008\ngave up after 100 attempts' },
        { kind: 'note', text: '要重启请发 /restart main' },
        {
          kind: 'buttons',
          buttons: [
            { id: 'button_1', label: '重启', style: 'danger', confirm: '重启\n现在重启 main？' },
            { id: 'button_2', label: '日志', style: 'primary' },
          ],
        },
      ],
    });
    expect(buttons.map(({ value }) => value)).toEqual([{ token: 't-restart' }, { token: 't-logs' }]);
    check(cardOf(FULL));
  });

  test('can be changed later, and never says what a button stands for', () => {
    const json = JSON.stringify(cardOf(FULL));
    expect(cardOf(FULL).config).toMatchObject({ update_multi: true });
    expect(json).not.toContain('"/restart main"');
    expect(json).not.toContain('/logs main');
    // A button without a token cannot be told from any other.
    expect(json).not.toContain('忽略');
  });

  test.each<[Tone, string, string]>([
    ['critical', 'red', '🔴 T'],
    ['warning', 'orange', '🟠 T'],
    ['good', 'green', '🟢 T'],
    ['info', 'blue', 'T'],
  ])('of tone %s is %s', (tone, template, title) => {
    expect(cardOf({ tone, title: 'T', lines: ['l'] }).header).toEqual({
      template,
      title: { tag: 'plain_text', content: title },
    });
  });

  test.each<[string, Message]>([
    ['only a title', { tone: 'info', title: 'T' }],
    ['empty parts', { tone: 'info', title: 'T', lines: [], fields: [], code: [], note: '', buttons: [] }],
    ['one field', { tone: 'good', title: 'T', fields: [{ name: 'n', value: '' }] }],
    ['three fields', { tone: 'good', title: 'T', fields: ['a', 'b', 'c'].map((name) => ({ name, value: '1' })) }],
    ['only code', { tone: 'warning', title: 'T', code: ['x'] }],
  ])('with %s is one that the platform takes', (_what, message) => {
    check(cardOf(message));
    expect(cardOf(message).body.elements).not.toHaveLength(0);
  });

  test('has a summary of one line for the lock screen', () => {
    const { config } = cardOf({ tone: 'critical', title: 'two\nlines', lines: ['x'.repeat(500)] });
    const { content } = (config as { summary: { content: string } }).summary;
    expect(content).toMatch(/^🔴 two lines x+…$/);
    expect([...content]).toHaveLength(120);
  });
});

const HOSTILE = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<at id=all></at>',
        '<at id="ou_1"></at>',
        '```',
        '``````',
        '`',
        '\n```\n',
        '**',
        '[x](https://evil.example)',
        '![x](img_v3_key)',
        '<font color=red>',
        '</font>',
        '<img src=x>',
        '# ',
        '|a|\n|-|',
        ':OK:',
        '\u0000',
        '\u202e',
        '\r\n',
        '\ud800',
        '&#60;at',
        '\\',
        '"',
        '\u200b',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const HOSTILE_MESSAGE: fc.Arbitrary<Message> = fc.record({
  tone: fc.constantFrom<Tone>('critical', 'warning', 'good', 'info'),
  title: HOSTILE,
  lines: fc.array(HOSTILE, { maxLength: 4 }),
  fields: fc.array(fc.record({ name: HOSTILE, value: HOSTILE }), { maxLength: 4 }),
  code: fc.array(HOSTILE, { maxLength: 4 }),
  note: HOSTILE,
  buttons: fc.array(
    fc.record({
      label: HOSTILE,
      style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
      command: HOSTILE,
      confirm: HOSTILE,
      token: fc.uuid(),
    }),
    { maxLength: 3 },
  ),
});

test('nothing that a message says becomes markup, whatever it is', () => {
  fc.assert(
    fc.property(HOSTILE_MESSAGE, (message) => {
      const card = fittingCard(message, 'zh-CN');
      check(card);
      for (const node of nodes(asSent(card))) {
        if (typeof node['content'] !== 'string' || node['tag'] === 'plain_text') continue;
        // What is left is the summary, which is no markup, and the code.
        if (node['tag'] === undefined) continue;
        expect(node['tag']).toBe('markdown');
        const [, inner] = /^```\n([^]*)\n```$/.exec(node['content']) ?? [];
        expect(inner).toBeDefined();
        expect(inner).not.toMatch(/`{2}|<[a-z/!?]/i);
        expect(mentionsIn(node['content'])).toEqual([]);
        expect(readCard(asSent(card)).view.blocks.filter(({ kind }) => kind === 'code')).toEqual([
          { kind: 'code', text: inner },
        ]);
      }
    }),
    { numRuns: 500 },
  );
});

test('code reads as it was written', () => {
  const code = ['```', 'a `b` ``c`` <class "x"> 1 < 2 &amp; \\n', '<module>'];
  const [block] = readCard(asSent(cardOf({ tone: 'info', title: 'T', code }))).view.blocks;
  expect(block).toMatchObject({ kind: 'code' });
  expect((block as { text: string }).text.replaceAll('\u200b', '')).toBe(code.join('\n'));
});

describe('a message that is too long', () => {
  const many = (count: number, of = 'line'): string[] => Array.from({ length: count }, (_, n) => `${of} ${n}`);
  const shown = (message: Message, limit?: number): readonly string[] =>
    readCard(asSent(fittingCard(message, 'en', limit))).view.blocks.flatMap((block) =>
      'text' in block ? block.text.split('\n') : [],
    );

  test('loses the oldest lines of the log first, and says how many', () => {
    const text = shown({ ...FULL, code: many(5_000, 'log') });
    const missing = Number(/^… (\d+) earlier lines$/.exec(text.find((line) => line.startsWith('…')) ?? '')?.[1]);
    expect(missing).toBeGreaterThan(1_000);
    expect(text).toContain('log 4999');
    expect(text).not.toContain(`log ${missing - 1}`);
    expect(text).toContain(`log ${missing}`);
    expect(text).toEqual(expect.arrayContaining([...(FULL.lines ?? []), FULL.note]));
  });

  test('then loses lines from the end, but no title, figure, note or button', () => {
    const message: Message = { ...FULL, lines: many(5_000) };
    const text = shown(message);
    const missing = Number(/^… (\d+) more lines$/.exec(text.find((line) => line.endsWith('more lines')) ?? '')?.[1]);
    expect(text).toContain('line 0');
    expect(text).toContain(`line ${4_999 - missing}`);
    expect(text).not.toContain(`line ${5_000 - missing}`);
    expect(text).toContain('… 2 earlier lines');
    expect(text).toContain(FULL.note);
    const { view, buttons } = readCard(asSent(fittingCard(message, 'en')));
    expect(buttons).toHaveLength(2);
    expect(view.blocks).toContainEqual({ kind: 'fields', fields: FULL.fields });
  });

  test('with one line left out says so in the singular', () => {
    expect(shown({ tone: 'info', title: 'T', lines: ['a'.repeat(500), 'b'.repeat(500)] }, 1_000)).toContain(
      '… 1 more line',
    );
  });

  test('fits and has few enough parts, whatever is in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.constantFrom(
        '"'.repeat(2_000),
        '\\'.repeat(2_000),
        '😀'.repeat(2_000),
        '\u0000'.repeat(2_000),
        '日'.repeat(2_000),
      ),
    );
    fc.assert(
      fc.property(
        fc.record({
          tone: fc.constant<Tone>('critical'),
          title: text,
          lines: fc.array(text, { maxLength: 30 }),
          fields: fc.array(fc.record({ name: text, value: text }), { maxLength: 40 }),
          code: fc.array(text, { maxLength: 30 }),
          note: text,
          buttons: fc.array(
            fc.record({
              label: text,
              style: fc.constant('primary' as const),
              command: fc.constant('/x'),
              confirm: text,
              token: fc.uuid(),
            }),
            { maxLength: 20 },
          ),
        }),
        (message) => {
          const card = fittingCard(message, 'zh-CN');
          check(card);
          expect(bytesOf(card)).toBeLessThanOrEqual(LIMIT_BYTES);
          const hidden = message.fields.length - 12;
          if (hidden > 0) expect(JSON.stringify(card)).toMatch(/还有 \d+ [项行]/);
        },
      ),
      { numRuns: 60 },
    );
  });
});
