import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createConsoleChannel } from '../../../src/channels/console/channel.ts';
import { harmlessLines } from '../../../src/channels/console/harmless.ts';
import { printed } from '../../../src/channels/console/print.ts';
import { displayWidth } from '../../../src/channels/console/width.ts';
import type { Message } from '../../../src/chat/message/message.ts';

const PLAIN = { colour: false, columns: 80 };
const COLOUR = { colour: true, columns: 80 };

const ALERT: Message = {
  tone: 'critical',
  title: 'main：QQ 失联',
  lines: ['10:31 起', '已重启 1 次'],
  fields: [
    { name: '进程', value: '48211' },
    { name: 'mem', value: '120 MB' },
  ],
  code: ['10:30:41 ERROR qq: closed', '10:30:42 \u001b[2J\u001b]0;mine\u0007cleared'],
  note: '发 /restart main 重启',
  buttons: [
    { label: '重启', style: 'danger', command: '/restart main', confirm: '确定？' },
    { label: '为什么', style: 'plain', command: '/why main' },
  ],
};

describe('a message on the console', () => {
  it('is plain where there is no colour, with log lines set apart and buttons as what is typed', () => {
    expect(printed(ALERT, PLAIN)).toBe(
      [
        '🔴 main：QQ 失联',
        '10:31 起',
        '已重启 1 次',
        '进程: 48211',
        'mem:  120 MB',
        '',
        '    10:30:41 ERROR qq: closed',
        '    10:30:42 \\x1b[2J\\x1b]0;mine\\x07cleared',
        '',
        '发 /restart main 重启',
        '',
        '重启 [/restart main]  为什么 [/why main]',
        '',
        '',
      ].join('\n'),
    );
  });

  it('has a dot of its tone, a bold title, dim notes and coloured commands where there is colour', () => {
    expect(printed(ALERT, COLOUR)).toBe(
      [
        '\u001b[31m●\u001b[39m \u001b[1mmain：QQ 失联\u001b[22m',
        '10:31 起',
        '已重启 1 次',
        '\u001b[2m进程:\u001b[22m 48211',
        '\u001b[2mmem: \u001b[22m 120 MB',
        '',
        '    10:30:41 ERROR qq: closed',
        '    10:30:42 \\x1b[2J\\x1b]0;mine\\x07cleared',
        '',
        '\u001b[2m发 /restart main 重启\u001b[22m',
        '',
        '重启 \u001b[36m[/restart main]\u001b[39m  为什么 \u001b[36m[/why main]\u001b[39m',
        '',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['critical', '\u001b[31m●\u001b[39m', '🔴 t'],
    ['warning', '\u001b[33m●\u001b[39m', '🟠 t'],
    ['good', '\u001b[32m●\u001b[39m', '🟢 t'],
    ['info', '\u001b[34m●\u001b[39m', 't'],
  ] as const)('of the tone %s begins with its mark', (tone, dot, plain) => {
    expect(printed({ tone, title: 't' }, COLOUR)).toBe(`${dot} \u001b[1mt\u001b[22m\n\n`);
    expect(printed({ tone, title: 't' }, PLAIN)).toBe(`${plain}\n\n`);
  });

  it('shows the whole of a file in place of the part that the message has', () => {
    const message: Message = {
      tone: 'info',
      title: 'logs',
      code: ['two'],
      attachment: { name: 'main.log', text: 'one\ntwo\n' },
      note: 'n',
    };
    expect(printed(message, PLAIN)).toBe('logs\n\nmain.log:\n    one\n    two\n\nn\n\n');
  });

  it('puts as many buttons in a row as the terminal has room for, counting Chinese as two, and cuts none', () => {
    const buttons = ['重启', '日志', '为什么'].map((label) => ({
      label,
      style: 'plain' as const,
      command: `/${label}`,
    }));
    const rows = (columns: number): string[] =>
      printed({ tone: 'info', title: 't', buttons }, { colour: true, columns })
        .replaceAll(/\u001b\[\d+m/g, '')
        .trim()
        .split('\n')
        .slice(2);
    expect(rows(80)).toEqual(['重启 [/重启]  日志 [/日志]  为什么 [/为什么]']);
    expect(rows(26)).toEqual(['重启 [/重启]  日志 [/日志]', '为什么 [/为什么]']);
    expect(rows(25)).toEqual(['重启 [/重启]', '日志 [/日志]', '为什么 [/为什么]']);
    expect(rows(3)).toEqual(rows(25));
  });

  it('wraps no long line, and none of a log line begins where Lifeline writes', () => {
    const long = 'x'.repeat(500);
    expect(printed({ tone: 'info', title: 't', lines: [long], code: [`a\n🔴 main：fake\r\nb\rc`] }, PLAIN)).toBe(
      `t\n${long}\n\n    a\n    🔴 main：fake\n    b\\rc\n\n`,
    );
  });

  it('sends the terminal nothing but text and its own colours, whatever is in the message', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 60 });
    const ours = /\u001b\[(?:1|2|22|31|32|33|34|36|39)m/g;
    fc.assert(
      fc.property(
        fc.record({
          title: hostile,
          line: hostile,
          name: hostile,
          value: hostile,
          code: hostile,
          note: hostile,
          label: hostile,
          command: hostile,
          text: hostile,
        }),
        (m) => {
          const message: Message = {
            tone: 'good',
            title: m.title,
            lines: [m.line],
            fields: [{ name: m.name, value: m.value }],
            code: [m.code],
            note: m.note,
            buttons: [{ label: m.label, style: 'plain', command: m.command }],
          };
          for (const shown of [
            printed(message, COLOUR),
            printed({ ...message, attachment: { name: m.name, text: m.text } }, COLOUR),
          ]) {
            expect(shown.replaceAll(ours, '')).not.toMatch(
              /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
            );
            expect(shown.isWellFormed()).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

it.each([
  ['\u001b[31mred', ['\\x1b[31mred']],
  ['a\tb', ['a    b']],
  ['\u009b2J', ['\\x9b2J']],
  ['\u202eevil', ['\\u202eevil']],
  ['\u0000', ['\\x00']],
  ['日志 🔴', ['日志 🔴']],
])('%j is shown as %j', (text, shown) => {
  expect(harmlessLines(text)).toEqual(shown);
});

it.each([
  ['abc', 3],
  ['重启', 4],
  ['，。「」', 8],
  ['🔴', 2],
  ['👨‍👩‍👧', 2],
  ['é', 1],
  ['ｱ', 2],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

describe('the console', () => {
  afterEach(() => vi.unstubAllEnvs());

  const said = async (terminal: { isTTY?: boolean; columns?: number }, colour?: boolean): Promise<string> => {
    const output = Object.assign(new PassThrough(), terminal);
    const channel = createConsoleChannel({
      input: new PassThrough(),
      output,
      now: () => 5,
      ...(colour === undefined ? {} : { colour }),
    });
    expect(await channel.send({ user: 'console' }, { tone: 'good', title: 't' }, { key: 'k' })).toEqual({
      outcome: 'ok',
      messageId: 'k',
    });
    return String(output.read());
  };
  const coloured = '\u001b[32m●\u001b[39m \u001b[1mt\u001b[22m\n\n';

  it.each([
    { what: 'a terminal', terminal: { isTTY: true, columns: 80 }, noColor: undefined, expected: coloured },
    { what: 'a terminal with NO_COLOR', terminal: { isTTY: true, columns: 80 }, noColor: '1', expected: '🟢 t\n\n' },
    {
      what: 'a terminal with an empty NO_COLOR',
      terminal: { isTTY: true, columns: 80 },
      noColor: '',
      expected: coloured,
    },
    { what: 'a pipe', terminal: {}, noColor: undefined, expected: '🟢 t\n\n' },
    { what: 'a file', terminal: { isTTY: false }, noColor: undefined, expected: '🟢 t\n\n' },
  ])('$what', async ({ terminal, noColor, expected }) => {
    vi.stubEnv('NO_COLOR', noColor);
    expect(await said(terminal)).toBe(expected);
  });

  it('takes what it is told of colour over what it finds', async () => {
    expect(await said({}, true)).toBe(coloured);
    expect(await said({ isTTY: true, columns: 80 }, false)).toBe('🟢 t\n\n');
  });
});
