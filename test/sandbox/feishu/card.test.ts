import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CardError, checkCard } from '../../../sandbox/feishu/card/check.ts';
import { markdownParts, mentionsIn, readMarkdown, tablesIn } from '../../../sandbox/feishu/card/markdown.ts';
import { cardText, readCard } from '../../../sandbox/feishu/card/view.ts';
import type { Node } from '../../../sandbox/feishu/json.ts';
import { button, card, column, markdown } from './cards.ts';

const viewOf = (content: object) => readCard(content as Node).view;

describe('a card on the phone', () => {
  const alert = card(
    '🔴 main：QQ 失联',
    markdown('断开 **3 分钟**，正在重启'),
    {
      tag: 'column_set',
      columns: [
        column(markdown("<font color='grey'>网关</font>\nmain")),
        column(markdown("<font color='grey'>进程</font>\n48211")),
      ],
    },
    {
      tag: 'column_set',
      columns: [
        column(markdown('**内存**'), markdown('312 MB')),
        column({ tag: 'div', text: { tag: 'plain_text', content: 'CPU\n3%' } }),
      ],
    },
    markdown('最后几行：\n```\n10:31 ERROR *closed*\n10:32 retry\n```'),
    { tag: 'hr' },
    button(
      '重启',
      { token: 'a' },
      {
        type: 'primary',
        element_id: 'restart',
        confirm: { title: { tag: 'plain_text', content: '确定？' }, text: { tag: 'plain_text', content: '重启 main' } },
      },
    ),
    button('停止', { token: 'b' }, { type: 'danger_filled' }),
    markdown('发 /why 看原因', { text_size: 'notation' }),
  );

  test('has a title, a summary, a colour and its parts in order', () => {
    expect(viewOf(alert)).toEqual({
      title: '🔴 main：QQ 失联',
      summary: 'summary of 🔴 main：QQ 失联',
      colour: 'red',
      blocks: [
        { kind: 'text', text: '断开 3 分钟，正在重启' },
        {
          kind: 'fields',
          fields: [
            { name: '网关', value: 'main' },
            { name: '进程', value: '48211' },
            { name: '内存', value: '312 MB' },
            { name: 'CPU', value: '3%' },
          ],
        },
        { kind: 'text', text: '最后几行：' },
        { kind: 'code', text: '10:31 ERROR *closed*\n10:32 retry' },
        {
          kind: 'buttons',
          buttons: [
            { id: 'restart', label: '重启', style: 'primary', confirm: '确定？\n重启 main' },
            { id: 'button_2', label: '停止', style: 'danger' },
          ],
        },
        { kind: 'note', text: '发 /why 看原因' },
      ],
    });
  });

  test('as text has the title first, then its lines, and no buttons', () => {
    expect(cardText(viewOf(alert)).split('\n')).toEqual([
      '🔴 main：QQ 失联',
      '断开 3 分钟，正在重启',
      '网关: main',
      '进程: 48211',
      '内存: 312 MB',
      'CPU: 3%',
      '最后几行：',
      '10:31 ERROR *closed*',
      '10:32 retry',
      '发 /why 看原因',
    ]);
  });

  test.each([
    ['carmine', 'red'],
    ['yellow', 'orange'],
    ['turquoise', 'green'],
    ['wathet', 'blue'],
    ['grey', 'grey'],
    ['default', 'grey'],
    [undefined, 'grey'],
  ])('with template %s is %s', (template, colour) => {
    expect(
      viewOf({
        schema: '2.0',
        header: { title: { tag: 'plain_text', content: 't' }, template },
        body: { elements: [] },
      }).colour,
    ).toBe(colour);
  });

  test.each<[string, object, string[]]>([
    [
      'buttons in columns',
      { tag: 'column_set', columns: [column(button('A', {})), column(button('B', {}))] },
      ['buttons'],
    ],
    [
      'columns of which one holds code',
      { tag: 'column_set', columns: [column(markdown('a\nb')), column(markdown('```\nc\n```'))] },
      ['text', 'code'],
    ],
    ['a single column', { tag: 'column_set', columns: [column(markdown('a\nb'))] }, ['text']],
    [
      'a folded panel',
      {
        tag: 'collapsible_panel',
        header: { title: { tag: 'plain_text', content: 'log' } },
        elements: [markdown('```\nx\n```')],
      },
      ['text', 'code'],
    ],
    [
      'grey text',
      { tag: 'div', text: { tag: 'plain_text', content: 'small', text_size: 'notation', text_color: 'grey' } },
      ['note'],
    ],
    ['markdown that is grey all through', markdown("<font color='grey'>small</font>"), ['note']],
    ['markdown that is grey in part', markdown("<font color='grey'>a</font> b <font color='grey'>c</font>"), ['text']],
    ['a table', { tag: 'table', columns: [{ name: 'a' }], rows: [{ a: 1 }] }, ['text']],
    ['a button that is switched off', button('A', {}, { disabled: true }), []],
    ['an image', { tag: 'img', img_key: 'k' }, ['text']],
  ])('%s', (_what, element, kinds) => {
    expect(viewOf(card('t', element)).blocks.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('of schema 1.0 is read as well', () => {
    const old = {
      header: { title: { tag: 'plain_text', content: 't' } },
      elements: [
        { tag: 'action', actions: [{ tag: 'button', text: { tag: 'lark_md', content: '**ok**' }, value: { a: 1 } }] },
        { tag: 'note', elements: [{ tag: 'plain_text', content: 'n' }] },
      ],
    };
    expect(viewOf(old)).toMatchObject({
      title: 't',
      summary: 't',
      blocks: [
        { kind: 'buttons', buttons: [{ label: 'ok' }] },
        { kind: 'note', text: 'n' },
      ],
    });
    expect(readCard(old).buttons[0]?.value).toEqual({ a: 1 });
  });

  test('whatever JSON it is, it can be looked at', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'schema',
            'header',
            'body',
            'elements',
            'columns',
            'tag',
            'title',
            'text',
            'behaviors',
            'config',
            'summary',
          ),
          fc.jsonValue(),
        ),
        (content) => void viewOf(content),
      ),
    );
  });
});

describe('markdown', () => {
  test.each([
    ['**bold** and *slanted*, ~~gone~~, `code *as it is*`', 'bold and slanted, gone, code *as it is*'],
    ['a_b_c and session_id=x_y', 'a_b_c and session_id=x_y'],
    ['__bold__ _slanted_', 'bold slanted'],
    ['\\*not bold\\* &#42;nor this&#42; &lt;at id=all&gt; &amp;amp;', '*not bold* *nor this* <at id=all> &amp;'],
    ['# Title\n> quoted', 'Title\nquoted'],
    ['<font color=\'red\'>red</font> <text_tag color="blue">tag</text_tag>', 'red tag'],
    ['[link](https://example.com) ![picture](img_key)', 'link [图片]'],
    ['<at id=all></at> <at id="ou_1"></at>', '@所有人 @ou_1'],
    ['a<br>b', 'a\nb'],
    ['2 * 3 * 4 <none>', '2 * 3 * 4 <none>'],
    ['&nosuch; &#x1F600;', '&nosuch; 😀'],
  ])('%j is read as %j', (source, text) => {
    expect(readMarkdown(source)).toBe(text);
  });

  test('code blocks stand apart, whatever is in them', () => {
    expect(markdownParts('a\n```log\n**x** <at id=all>\n``\n```\nb\n````\n```\n````\n```\nopen')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'code', text: '**x** <at id=all>\n``' },
      { kind: 'text', text: 'b' },
      { kind: 'code', text: '```' },
      { kind: 'code', text: 'open' },
    ]);
  });

  test('mentions count only where they are markup', () => {
    expect(
      mentionsIn(
        '<at id=ou_1></at> \\<at id=ou_2> &lt;at id=ou_3&gt; `<at id=ou_4>`\n```\n<at id=ou_5>\n```\n<at user_id="x">',
      ),
    ).toEqual(['ou_1', 'x']);
  });

  test('tables are counted', () => {
    expect(tablesIn('| a | b |\n| --- | --- |\n| 1 | 2 |\n\n|a|b|\n|:-|-:|\n|1|2|\n\na - b | c')).toBe(2);
  });
});

describe('what the platform refuses', () => {
  const rules = { schema: true, counts: true, charts: true, isImage: (key: string) => key === 'img_known' };
  const refusalOf = (content: object, other: Partial<typeof rules> = {}): string | null => {
    try {
      checkCard(content as Node, { ...rules, ...other });
      return null;
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      return error.message;
    }
  };
  const many = (count: number): object[] => Array.from({ length: count }, (_, n) => markdown(`${n}`));
  const table = { tag: 'table', columns: [{ name: 'a' }], rows: [] };

  test.each<[string, object, string]>([
    [
      'the action of schema 1.0',
      card('t', markdown('a'), { tag: 'action', actions: [] }),
      'ErrCode: 200861; ErrPath: ROOT -> body -> elements -> [1](tag: action); ErrMsg: cards of schema V2 no longer support this capability; ErrorValue: unsupported tag action; ',
    ],
    ['the note of schema 1.0', card('t', { tag: 'note', elements: [] }), 'ErrorValue: unsupported tag note'],
    ['an element without a tag', card('t', {}), 'unsupported tag undefined'],
    [
      'a tag in a column',
      card('t', { tag: 'column_set', columns: [column({ tag: 'smoke' })] }),
      'columns -> [0](tag: column) -> elements -> [0](tag: smoke)',
    ],
    [
      'an unknown property',
      card('t', markdown('a', { colour: 'red' })),
      'ErrCode: 200621; ErrMsg: parse card json err, please check whether the card json is correct; ErrorValue: unknown property, property: colour, path: ROOT -> body -> elements -> [0](tag: markdown); ',
    ],
    ['a property of every object', card('t', markdown('a', { constructor: 'x' })), 'property: constructor'],
    [
      'wide_screen_mode',
      { ...card('t'), config: { wide_screen_mode: true } },
      'property: wide_screen_mode, path: ROOT -> config',
    ],
    ['elements at the root', { schema: '2.0', elements: [] }, 'property: elements, path: ROOT'],
    ['a card around the card', { schema: '2.0', card: {} }, 'property: card'],
    ['a body without its schema', { body: { elements: [] } }, 'property: body'],
    [
      'the value of schema 1.0 on a button',
      card('t', { tag: 'button', text: { tag: 'plain_text', content: 'a' }, value: {} }),
      'property: value',
    ],
    ['elements in a div', card('t', { tag: 'div', elements: [] }), 'property: elements'],
    ['an unknown text tag', card('t', { tag: 'div', text: { tag: 'plain', content: 'a' } }), 'unsupported tag plain'],
    ['a content that is no string', card('t', { tag: 'markdown', content: 7 }), 'must be a string'],
    ['elements that are no list', { schema: '2.0', body: { elements: {} } }, 'must be a list'],
    ['a header that is a string', { schema: '2.0', header: 'title' }, 'must be an object'],
    ['columns that are none', card('t', { tag: 'column_set', columns: [markdown('a')] }), 'columns holds columns only'],
    [
      'an element id that begins with a digit',
      card('t', markdown('a', { element_id: '1a' })),
      'invalid element_id: "1a"',
    ],
    ['an element id of 21 characters', card('t', markdown('a', { element_id: 'a'.repeat(21) })), 'invalid element_id'],
    [
      'an element id twice',
      card('t', markdown('a', { element_id: 'a' }), button('b', {}, { element_id: 'a' })),
      'duplicate element_id: a',
    ],
    ['a card that is not shared', { ...card('t'), config: { update_multi: false } }, 'update_multi must be true'],
    ['201 elements', card('t', ...many(200)), 'ErrCode: 300305'],
    ['six tables', card('t', ...Array.from({ length: 6 }, () => table)), 'ErrCode: 11310'],
    [
      'six tables in markdown',
      card('t', ...Array.from({ length: 6 }, () => markdown('|a|b|\n|-|-|\n|1|2|'))),
      'ErrCode: 11310',
    ],
    [
      'a table within',
      card('t', {
        tag: 'collapsible_panel',
        header: { title: { tag: 'plain_text', content: 'p' } },
        elements: [table],
      }),
      'table must be at the root',
    ],
    ['an image that was never uploaded', card('t', { tag: 'img', img_key: 'img_x' }), 'ErrCode: 200570'],
    ['a mention of nobody', card('t', markdown('<at id=12345></at>')), 'ErrCode: 100290'],
  ])('%s', (_what, content, message) => {
    expect(refusalOf(content)).toContain(message);
  });

  test.each<[string, object]>([
    ['exactly 200 elements, the title among them', card('t', ...many(199))],
    ['five tables', card('t', ...Array.from({ length: 5 }, () => table))],
    ['an element id of 20 characters', card('t', markdown('a', { element_id: 'a_1'.padEnd(20, 'x') }))],
    ['a known image', card('t', { tag: 'img', img_key: 'img_known', alt: { tag: 'plain_text', content: '' } })],
    ['mentions of people and of all', card('t', markdown('<at id=all></at> <at id=ou_1></at> <at email=a@b.cn></at>'))],
    ['an escaped mention', card('t', markdown('&lt;at id=12345&gt;'))],
    ['a card of schema 1.0, whatever is in it', { config: { wide_screen_mode: true }, elements: [{ tag: 'smoke' }] }],
    [
      'a button with all that it can have',
      card(
        't',
        button(
          'a',
          {},
          {
            type: 'primary',
            size: 'medium',
            width: 'fill',
            margin: '0',
            name: 'n',
            confirm: { title: { tag: 'plain_text', content: 'sure?' }, text: { tag: 'plain_text', content: 'yes' } },
          },
        ),
      ),
    ],
  ])('but not %s', (_what, content) => {
    expect(refusalOf(content)).toBeNull();
  });

  test('each check can be switched off', () => {
    expect(
      refusalOf(card('t', { tag: 'action' }, markdown('a', { element_id: '1', x: 1 })), { schema: false }),
    ).toBeNull();
    expect(refusalOf(card('t', ...many(300), ...Array.from({ length: 6 }, () => table)), { counts: false })).toBeNull();
  });
});
