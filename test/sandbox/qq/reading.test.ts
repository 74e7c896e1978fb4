/** What a message looks like on the phone, and what the platform does not take in one: rules alone, no wire. */
import { describe, expect, it } from 'vitest';
import { drawCard } from '../../../sandbox/qq/card.ts';
import { keyboardFault, readKeyboard } from '../../../sandbox/qq/keyboard.ts';
import { readMarkdown } from '../../../sandbox/qq/markdown.ts';
import { unregisteredHost } from '../../../sandbox/qq/urls.ts';
import { button, keyboard } from './client.ts';

describe('markdown', () => {
  it.each<{ what: string; content: string; title: string; blocks?: { kind: string; text: string }[] }>([
    {
      what: 'a heading is the title',
      content: '# 🔴 QQ lost\nsince 10:31',
      title: '🔴 QQ lost',
      blocks: [{ kind: 'text', text: 'since 10:31' }],
    },
    {
      what: 'the first line is the title when there is no heading',
      content: '\n**main**: QQ lost\nsince',
      title: 'main: QQ lost',
      blocks: [{ kind: 'text', text: 'since' }],
    },
    {
      what: 'an empty line parts two blocks',
      content: 't\n\na\nb\n\nc',
      title: 't',
      blocks: [
        { kind: 'text', text: 'a\nb' },
        { kind: 'text', text: 'c' },
      ],
    },
    {
      what: 'a quote is a note',
      content: 't\na\n> see below\n> and there',
      title: 't',
      blocks: [
        { kind: 'text', text: 'a' },
        { kind: 'note', text: 'see below\nand there' },
      ],
    },
    {
      what: 'code stays as it is',
      content: 't\n```log\n# **not** a heading \\_\n\n> nor this\n```\nafter',
      title: 't',
      blocks: [
        { kind: 'code', text: '# **not** a heading \\_\n\n> nor this' },
        { kind: 'text', text: 'after' },
      ],
    },
    { what: 'code that does not end goes on', content: 't\n```\nx', title: 't', blocks: [{ kind: 'code', text: 'x' }] },
    {
      what: 'marks are not seen',
      content: '**a** *b* _c_ ~~d~~ `e*f` snake_case_name 2*3*4',
      title: 'a b c d e*f snake_case_name 2*3*4',
    },
    {
      what: 'escaped marks are seen',
      content: '\\*\\*a\\*\\* \\# \\_b\\_ \\[x\\]\\(y\\) \\`c\\`',
      title: '**a** # _b_ [x](y) `c`',
    },
    { what: 'an escaped heading is none', content: 't\n\\# x', title: 't', blocks: [{ kind: 'text', text: '# x' }] },
    {
      what: 'a list has dots',
      content: 't\n- a\n* b\n1. c',
      title: 't',
      blocks: [{ kind: 'text', text: '• a\n• b\n1. c' }],
    },
    {
      what: 'a rule parts two blocks',
      content: 't\na\n***\nb',
      title: 't',
      blocks: [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b' },
      ],
    },
    { what: 'nothing is nothing', content: '', title: '' },
  ])('$what', ({ content, title, blocks = [] }) => {
    expect(readMarkdown(content)).toMatchObject({ title, blocks });
  });

  it('finds what could be tapped or would call somebody, and shows its words', () => {
    const { title, markup } = readMarkdown(
      '[here](https://a.example/x) ![img #10px #10px](https://b.example/y.png) <@OPENID> <https://c.example> <qqbot-at-user id="U2" />',
    );
    expect(title).toBe('here img @OPENID https://c.example @U2');
    expect(markup).toEqual({
      headings: [],
      links: ['https://a.example/x', 'https://c.example'],
      images: ['https://b.example/y.png'],
      mentions: ['OPENID', 'U2'],
    });
  });

  it('finds none of that in what was escaped or stands in code', () => {
    const { markup } = readMarkdown('t\n\\[here\\]\\(x\\) \\<@OPENID\\> `<@U2>`\n```\n# h\n<@U3> [a](b)\n```\n\\# h');
    expect(markup).toEqual({ headings: [], links: [], images: [], mentions: [] });
  });
});

it('a part that goes on with code has no title, whatever stands below', () => {
  expect(drawCard('```\na: 1\n```\n\n> note', readKeyboard(keyboard([button('a')]))).card).toMatchObject({
    title: '',
    blocks: [{ kind: 'code', text: 'a: 1' }, { kind: 'note', text: 'note' }, { kind: 'buttons' }],
  });
});

it('a card has the title, one line for the lock screen, all text line by line, and a row of buttons for each row', () => {
  const { card, text } = drawCard(
    `# ${'长'.repeat(60)}\n\na\nb\n\n> c ${'x'.repeat(80)}`,
    readKeyboard(keyboard([button('yes', { style: 1 }), button('no')], [button('later')])),
  );
  expect(card).toMatchObject({ title: '长'.repeat(60), colour: 'grey' });
  expect(card.blocks).toEqual([
    { kind: 'text', text: 'a\nb' },
    { kind: 'note', text: `c ${'x'.repeat(80)}` },
    {
      kind: 'buttons',
      buttons: [
        { id: 'yes', label: 'yes', style: 'primary' },
        { id: 'no', label: 'no', style: 'plain' },
      ],
    },
    { kind: 'buttons', buttons: [{ id: 'later', label: 'later', style: 'plain' }] },
  ]);
  expect(text).toBe(`${'长'.repeat(60)}\na\nb\nc ${'x'.repeat(80)}`);
  expect([...card.summary]).toHaveLength(100);
  expect(card.summary).toMatch(/^长+ a b c x+…$/);
});

describe('a keyboard', () => {
  const row = (count: number, from = 0) => Array.from({ length: count }, (_, n) => button(`b${from + n}`));
  it.each<{ what: string; rows: unknown; fault: string | null }>([
    { what: 'five rows of five', rows: keyboard(row(5), row(5, 5), row(5, 10), row(5, 15), row(5, 20)), fault: null },
    { what: 'a template', rows: { id: '1070001' }, fault: null },
    { what: 'none', rows: undefined, fault: null },
    { what: 'ten Chinese characters', rows: keyboard([button('a', { label: '重'.repeat(10) })]), fault: null },
    { what: 'ten emoji', rows: keyboard([button('a', { label: '🔴'.repeat(10) })]), fault: null },
    {
      what: 'six rows',
      rows: keyboard(row(1), row(1, 1), row(1, 2), row(1, 3), row(1, 4), row(1, 5)),
      fault: '6 rows',
    },
    { what: 'six in a row', rows: keyboard(row(6)), fault: 'one to five' },
    { what: 'an empty row', rows: keyboard([]), fault: 'one to five' },
    { what: 'eleven characters', rows: keyboard([button('a', { label: 'x'.repeat(11) })]), fault: 'label' },
    {
      what: 'eleven characters after the tap',
      rows: keyboard([button('a', { visited: 'x'.repeat(11) })]),
      fault: 'label',
    },
    { what: 'an empty label', rows: keyboard([button('a', { label: ' ' })]), fault: 'label' },
    { what: 'one id twice', rows: keyboard([button('a')], [button('a')]), fault: 'one id' },
    { what: 'no data', rows: keyboard([button('a', { data: '' })]), fault: 'data' },
    { what: 'something else altogether', rows: { content: { rows: [7, 'x', null] } }, fault: 'one to five' },
  ])('of $what: $fault', ({ rows, fault }) => {
    const found = keyboardFault(readKeyboard(rows));
    if (fault === null) expect(found).toBeNull();
    else expect(found).toContain(fault);
  });

  it('names buttons without an id by their place', () => {
    expect(
      readKeyboard({
        content: { rows: [{ buttons: [{ render_data: { label: 'x' } }, { render_data: { label: 'y' } }] }] },
      })[0]?.map(({ id }) => id),
    ).toEqual(['0.0', '0.1']);
  });
});

describe('the address detector', () => {
  it.each([
    ['see https://example.com/x', 'example.com'],
    ['see http://127.0.0.1:80/', '127.0.0.1'],
    ['example.com', 'example.com'],
    ['中文example.com。', 'example.com'],
    ['www.anything', 'www.anything'],
    ['start run.sh now', 'run.sh'],
    ['1.sh', '1.sh'],
    ['api.sgroup.qq.com:443', 'api.sgroup.qq.com'],
    ['README.md', 'readme.md'],
    ['agent.log line 3', null],
    ['10.0.0.1:8080', null],
    ['api[.]example[.]com', null],
    ['example·com', null],
    ['v1.2.3, 3.5 s, e.g. this', null],
    ['user@host', null],
    ['example.comet', null],
    ['bot.example.org and its sub.example.org', 'bot.example.org'],
  ])('%s: %s', (text, host) => {
    expect(unregisteredHost(text, [])).toBe(host);
  });

  it('lets registered hosts and their subdomains pass', () => {
    expect(unregisteredHost('https://docs.example.org/a example.org', ['example.org'])).toBeNull();
    expect(unregisteredHost('notexample.org', ['example.org'])).toBe('notexample.org');
  });
});
