import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { ArgumentError } from '../../../src/chat/arguments/argument-error.ts';
import type { Arguments } from '../../../src/chat/arguments/arguments.ts';
import type { GatewayPort } from '../../../src/chat/command/command.ts';
import { parseCommand } from '../../../src/chat/bus/parse-command.ts';
import { readArguments, type ArgumentsRead } from '../../../src/chat/arguments/read-arguments.ts';
import { readDuration } from '../../../src/chat/arguments/read-duration.ts';
import { usageLine } from '../../../src/chat/arguments/usage.ts';
import { command } from '../helpers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Only its name counts here. */
const gateway = (name: string): GatewayPort => ({ name }) as GatewayPort;

const LEVELS = { error: ['错误', 'err'], warning: ['警告', 'warn'] } as const;
const SCHEMAS = {
  status: { gateway: { kind: 'gateway', missing: 'all' } },
  restart: {
    gateway: { kind: 'gateway', missing: 'one' },
    mode: { kind: 'word', words: { dry: ['演习', '--dry'] } },
    seen: { kind: 'pattern', pattern: /^@\S+$/, rule: 'begin with @', hidden: true },
  },
  logs: {
    gateway: { kind: 'gateway', missing: 'one' },
    n: { kind: 'count', least: 1, most: 200 },
    level: { kind: 'word', words: LEVELS },
    since: { kind: 'duration', leastMs: 1_000, mostMs: 7 * DAY, prefix: ['since', '最近'] },
    text: { kind: 'rest' },
  },
  mute: {
    duration: { kind: 'duration', leastMs: MINUTE, mostMs: 7 * DAY, required: true },
    gateway: { kind: 'gateway', missing: 'all' },
  },
  ack: { id: { kind: 'incident' }, gateway: { kind: 'gateway', missing: 'all' } },
  help: { command: { kind: 'command' } },
  audit: {
    n: { kind: 'count', least: 1, most: 50 },
    name: { kind: 'pattern', pattern: /^[a-z]{1,5}$/, rule: 'be a short name' },
  },
  version: {},
} satisfies Record<string, Arguments>;

type Id = keyof typeof SCHEMAS;
const COMMANDS = Object.entries(SCHEMAS).map(([id, args]) =>
  command(id, { args, examples: [`/${id}`, `/${id} x`], aliases: id === 'restart' ? ['重启'] : [] }),
);

const read = (line: string, names: readonly string[] = ['main'], locale: 'zh-CN' | 'en' = 'en'): ArgumentsRead => {
  const parsed = parseCommand(line, COMMANDS);
  if (parsed.kind !== 'command') throw new Error(`no command: ${parsed.kind}`);
  return readArguments(parsed.command, parsed.args, {
    gateways: names.map(gateway),
    commands: COMMANDS,
    locale,
    quoted: parsed.quoted,
  });
};

const isGateway = (value: unknown): value is GatewayPort => typeof value === 'object' && value !== null;

/** The values as plain data, without those that were not typed. */
const values = (line: string, names?: readonly string[]): Record<string, unknown> => {
  const found = read(line, names);
  if (found.kind !== 'values') return { choose: found.choices.map(({ command: typed }) => typed) };
  return Object.fromEntries(
    Object.entries(found.values).flatMap(([name, value]) =>
      value === null ? [] : [[name, isGateway(value) ? value.name : value]],
    ),
  );
};

const failure = (line: string, names?: readonly string[], locale?: 'zh-CN' | 'en'): ArgumentError => {
  try {
    read(line, names, locale);
  } catch (error) {
    if (error instanceof ArgumentError) return error;
    throw error;
  }
  throw new Error(`"${line}" was understood`);
};

const MANY = ['main', 'mail', 'test', '测试', '50x', 'error'];

describe('the words of a command', () => {
  it.each<[string, Record<string, unknown>]>([
    ['/status', {}],
    ['/status main', { gateway: 'main' }],
    ['/status MAIN', { gateway: 'main' }],
    ['/status ｍａｉｎ', { gateway: 'main' }],
    ['/status ma', { gateway: 'main' }],
    ['/status all', {}],
    ['/restart', { gateway: 'main' }],
    ['/restart dry', { gateway: 'main', mode: 'dry' }],
    ['/restart 演习 main', { gateway: 'main', mode: 'dry' }],
    ['/restart --DRY', { gateway: 'main', mode: 'dry' }],
    ['/restart main @12', { gateway: 'main', seen: '@12' }],
    ['/logs', { gateway: 'main' }],
    ['/logs 50', { gateway: 'main', n: 50 }],
    ['/logs ５０', { gateway: 'main', n: 50 }],
    ['/logs 50行', { gateway: 'main', n: 50 }],
    ['/logs error 50', { gateway: 'main', n: 50, level: 'error' }],
    ['/logs 50 错误 main', { gateway: 'main', n: 50, level: 'error' }],
    ['/logs since 10m', { gateway: 'main', since: 10 * MINUTE }],
    ['/logs 10m', { gateway: 'main', since: 10 * MINUTE }],
    ['/logs 最近 2小时', { gateway: 'main', since: 2 * HOUR }],
    ['/logs 最近2小时', { gateway: 'main', since: 2 * HOUR }],
    ['/logs 2 小时', { gateway: 'main', since: 2 * HOUR }],
    ['/logs 10 min timeout', { gateway: 'main', since: 10 * MINUTE, text: 'timeout' }],
    ['/logs since', { gateway: 'main', text: 'since' }],
    ['/logs connection reset 20 by peer', { gateway: 'main', n: 20, text: 'connection reset by peer' }],
    ['/logs "50"', { gateway: 'main', text: '50' }],
    ['/logs "error" error', { gateway: 'main', level: 'error', text: 'error' }],
    ['/logs 20 404', { gateway: 'main', n: 20, text: '404' }],
    ['/logs /time ?out/', { gateway: 'main', text: '/time ?out/' }],
    ['/logs "a  b"', { gateway: 'main', text: 'a b' }],
    ['/logs ma', { gateway: 'main', text: 'ma' }],
    ['/mute 2h', { duration: 2 * HOUR }],
    ['/mute main 30m', { duration: 30 * MINUTE, gateway: 'main' }],
    ['/mute 半小时', { duration: 30 * MINUTE }],
    ['/ack', {}],
    ['/ack 12', { id: 12 }],
    ['/ack #12', { id: 12 }],
    ['/ack main', { gateway: 'main' }],
    ['/help restart', { command: 'restart' }],
    ['/help /RESTART', { command: 'restart' }],
    ['/help 重启', { command: 'restart' }],
    ['/audit bob 5', { n: 5, name: 'bob' }],
    ['/version', {}],
  ])('%s', (line, expected) => expect(values(line)).toEqual(expected));

  it.each<[string, Record<string, unknown>]>([
    ['/status ', {}],
    ['/status te', { gateway: 'test' }],
    ['/status 测', { gateway: '测试' }],
    ['/status 50', { gateway: '50x' }],
    ['/mute 2 小时 main', { duration: 2 * HOUR, gateway: 'main' }],
    ['/logs main', { gateway: 'main' }],
    ['/logs error', { gateway: 'error' }],
    ['/logs error main', { gateway: 'error', text: 'main' }],
    ['/logs main error', { gateway: 'main', level: 'error' }],
    ['/logs te timeout', { gateway: 'test', text: 'timeout' }],
    ['/logs 50x 50', { gateway: '50x', n: 50 }],
    ['/logs', { choose: ['/logs main', '/logs mail', '/logs test', '/logs 测试', '/logs 50x', '/logs error'] }],
    ['/restart 演习', { choose: MANY.map((name) => `/restart ${name} 演习`) }],
    ['/logs "50" 5', { choose: MANY.map((name) => `/logs ${name} "50" 5`) }],
    ['/mute 2h', { duration: 2 * HOUR }],
    ['/mute 2h 全部', { duration: 2 * HOUR }],
  ])('of several gateways: %s', (line, expected) => expect(values(line, MANY)).toEqual(expected));
});

describe('words that make no sense', () => {
  it.each<[string, string, readonly string[], string | null]>([
    [
      '/status mian',
      'NO_SUCH_GATEWAY',
      [
        'No gateway is called "mian". Did you mean main?',
        'There are: main, mail, test, 测试, 50x, error',
        'Usage: /status [gateway]',
      ],
      '/status main',
    ],
    [
      '/status banana',
      'NO_SUCH_GATEWAY',
      ['No gateway is called "banana"', 'There are: main, mail, test, 测试, 50x, error', 'Usage: /status [gateway]'],
      null,
    ],
    [
      '/status ""',
      'NO_SUCH_GATEWAY',
      ['No gateway is called ""', 'There are: main, mail, test, 测试, 50x, error', 'Usage: /status [gateway]'],
      null,
    ],
    ['/status ma', 'AMBIGUOUS_GATEWAY', ['"ma" could be main or mail', 'Usage: /status [gateway]'], null],
    ['/status main test', 'TOO_MANY_ARGUMENTS', ['"test" is one too many', 'Usage: /status [gateway]'], null],
    ['/version now', 'TOO_MANY_ARGUMENTS', ['"now" is one too many', 'Usage: /version'], null],
    [
      '/restart main dryy',
      'BAD_WORD',
      ['"dryy" is not understood here. Did you mean dry?', 'Usage: /restart [gateway] [dry]'],
      '/restart main dry',
    ],
    ['/restart main banana', 'BAD_WORD', ['"banana" is not understood here', 'Usage: /restart [gateway] [dry]'], null],
    [
      '/logs main 0',
      'BAD_COUNT',
      [
        'The number must be from 1 to 200, not "0"',
        'To search for that number, quote it: /logs main "0"',
        'Usage: /logs [gateway] [n] [level] [since duration] [text or /regex/]',
      ],
      null,
    ],
    [
      '/logs main -5',
      'BAD_COUNT',
      [
        'The number must be from 1 to 200, not "-5"',
        'To search for that number, quote it: /logs main "-5"',
        'Usage: /logs [gateway] [n] [level] [since duration] [text or /regex/]',
      ],
      null,
    ],
    [
      '/logs main 4009',
      'BAD_COUNT',
      [
        'The number must be from 1 to 200, not "4009"',
        'To search for that number, quote it: /logs main "4009"',
        'Usage: /logs [gateway] [n] [level] [since duration] [text or /regex/]',
      ],
      null,
    ],
    [
      '/logs main since 8d',
      'BAD_DURATION',
      [
        'The time must be from 1 s to 7 d, such as 30m, 2h or 1d, not "since 8d"',
        'Usage: /logs [gateway] [n] [level] [since duration] [text or /regex/]',
      ],
      null,
    ],
    [
      '/mute',
      'MISSING_ARGUMENT',
      ['Missing: duration', 'Usage: /mute <duration> [gateway]', 'For example: /mute x'],
      null,
    ],
    [
      '/mute 10s',
      'BAD_DURATION',
      [
        'The time must be from 1 min to 7 d, such as 30m, 2h or 1d, not "10s". Did you mean 1m?',
        'Usage: /mute <duration> [gateway]',
      ],
      '/mute 1m',
    ],
    [
      '/mute 2',
      'BAD_DURATION',
      [
        'The time must be from 1 min to 7 d, such as 30m, 2h or 1d, not "2". Did you mean 2m or 2h?',
        'Usage: /mute <duration> [gateway]',
      ],
      '/mute 2m',
    ],
    [
      '/ack #x',
      'BAD_INCIDENT',
      ['An incident has a number, such as 12, not "#x"', 'Usage: /ack [number] [gateway]'],
      null,
    ],
    [
      '/ack 1.5',
      'BAD_INCIDENT',
      ['An incident has a number, such as 12, not "1.5"', 'Usage: /ack [number] [gateway]'],
      null,
    ],
    [
      '/help restrat',
      'NO_SUCH_COMMAND',
      ['There is no command /restrat. Did you mean restart?', 'Usage: /help [command]'],
      '/help restart',
    ],
    ['/audit waytoolong', 'BAD_ARGUMENT', ['"waytoolong" must be a short name', 'Usage: /audit [n] [name]'], null],
  ])('%s', (line, code, lines, suggested) => {
    const error = failure(line, MANY);
    expect({ code: error.code, lines: error.message.split('\n'), suggested: error.suggested }).toEqual({
      code,
      lines,
      suggested,
    });
  });

  it('are explained in Chinese, too', () => {
    expect(failure('/status mian', ['main', 'test'], 'zh-CN').message).toBe(
      '没有叫「mian」的网关，是不是 main？\n现有：main、test\n用法：/status [网关]',
    );
    expect(failure('/mute', ['main'], 'zh-CN').message).toBe('还缺：时长\n用法：/mute <时长> [网关]\n例如：/mute x');
  });

  it('say that there is no gateway', () => {
    expect(failure('/restart', [], 'zh-CN')).toMatchObject({ code: 'NO_GATEWAYS', message: '没有配置任何网关' });
    expect(failure('/status main', [], 'zh-CN')).toMatchObject({ code: 'NO_GATEWAYS' });
    expect(values('/status', [])).toEqual({});
  });

  it('stay short, however long they are and however many gateways there are', () => {
    const names = Array.from({ length: 300 }, (_, index) => `gateway-${index}-${'x'.repeat(40)}`);
    for (const line of [`/status ${'长'.repeat(1_500)}`, '/status gateway', `/logs ${'9'.repeat(1_900)}`])
      expect(failure(line, names).message.length).toBeLessThan(1_000);
  });
});

test.each<[string, number | null]>([
  ['90s', 90_000],
  ['5m', 5 * MINUTE],
  ['1h30m', 90 * MINUTE],
  ['2H', 2 * HOUR],
  ['7d', 7 * DAY],
  ['1.5h', 90 * MINUTE],
  ['10分钟', 10 * MINUTE],
  ['10分', 10 * MINUTE],
  ['2小时', 2 * HOUR],
  ['2个小时', 2 * HOUR],
  ['1小时30分钟', 90 * MINUTE],
  ['两小时', 2 * HOUR],
  ['半小时', 30 * MINUTE],
  ['半个小时', 30 * MINUTE],
  ['三天', 3 * DAY],
  ['1周', 7 * DAY],
  ['30秒', 30_000],
  ['10', null],
  ['', null],
  ['h', null],
  ['2x', null],
  ['-2h', null],
  ['2h!', null],
  ['1e3s', null],
  ['9'.repeat(400) + 's', null],
])('%s is a time of %s ms', (text, ms) => expect(readDuration(text)).toBe(ms));

describe('any words at all', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'main',
      'ma',
      'test',
      '50',
      '0',
      '-1',
      '2h',
      '2',
      '小时',
      'since',
      '最近',
      'error',
      'dry',
      '#12',
      '"',
      '“',
      '/x/',
      '@1',
      'all',
      '',
      '__proto__',
      'constructor',
      'x'.repeat(1_000),
      '一'.repeat(60) + '天',
      '1h'.repeat(200),
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const ids = fc.constantFrom(...(Object.keys(SCHEMAS) as Id[]));
  const gateways = fc.uniqueArray(
    fc.oneof(
      fc.constantFrom('main', 'mail', 'test', 'since', '2h', 'error', 'all'),
      fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/),
    ),
    { maxLength: 5 },
  );

  it('are values, a question or a short complaint', () => {
    fc.assert(
      fc.property(
        ids,
        fc.array(word, { maxLength: 20 }),
        gateways,
        fc.array(fc.nat(20)),
        (id, words, names, quotes) => {
          const asked = COMMANDS.find((each) => each.id === id);
          if (!asked) throw new Error(id);
          try {
            const found = readArguments(asked, words, {
              gateways: names.map(gateway),
              commands: COMMANDS,
              locale: 'zh-CN',
              quoted: new Set(quotes),
            });
            if (found.kind === 'values')
              expect(Object.keys(found.values).sort()).toEqual(Object.keys(asked.args).sort());
            else expect(found.choices.map(({ gateway: name }) => name)).toEqual(names);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            expect((error as Error).message.length).toBeLessThan(1_500);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('that leave only the gateway open mean the same once it is chosen', () => {
    let asked = 0;
    fc.assert(
      fc.property(ids, fc.array(word, { maxLength: 6 }), (id, words) => {
        const typed = parseCommand([`/${id}`, ...words].join(' '), COMMANDS);
        if (typed.kind !== 'command') return;
        const several = { gateways: ['main', 'mail'].map(gateway), commands: COMMANDS, locale: 'en' as const };
        const found = attempt(() => readArguments(typed.command, typed.args, { ...several, quoted: typed.quoted }));
        if (found?.kind !== 'choose') return;
        asked += 1;
        const chosen = parseCommand(found.choices[1]?.command ?? '', COMMANDS);
        if (chosen.kind !== 'command') throw new Error('what a button stands for is no command');
        const again = readArguments(chosen.command, chosen.args, { ...several, quoted: chosen.quoted });
        const alone = readArguments(typed.command, typed.args, {
          ...several,
          gateways: [gateway('mail')],
          quoted: typed.quoted,
        });
        expect(again).toEqual(alone);
      }),
      { numRuns: 2_000 },
    );
    expect(asked).toBeGreaterThan(20);
  });
});

const attempt = <T>(work: () => T): T | null => {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return null;
  }
};

test('how a command is written leaves out what only buttons use', () => {
  expect(usageLine({ id: 'restart', args: SCHEMAS.restart }, 'zh-CN')).toBe('/restart [网关] [dry]');
  expect(usageLine({ id: 'logs', args: SCHEMAS.logs }, 'zh-CN')).toBe(
    '/logs [网关] [条数] [级别] [since 时长] [文字或 /正则/]',
  );
});
