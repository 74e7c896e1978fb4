/** The worked examples of docs/generic*.md are configurations, and find in real lines what they say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createKind } from '../../../src/gateways/index.ts';
import { parse } from '../../config/helpers.ts';

const DOCUMENTS = ['generic.md', 'generic.zh-CN.md'];
const textOf = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
const examplesIn = (name: string): readonly string[] =>
  [...textOf(name).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
const withoutComments = (yaml: string): string => yaml.replaceAll(/^ *#.*\n/gm, '');

describe.each(DOCUMENTS)('%s', (name) => {
  it('has two examples, and each is a configuration without a complaint', () => {
    const examples = examplesIn(name);
    expect(examples).toHaveLength(2);
    for (const example of examples) expect(parse(example).gateways[0]?.kind).toBe('generic');
  });

  it('has the patterns for lines that it shows', () => {
    for (const format of ['^(?P<level>\\w+)\\|(?P<time>[^|]+)\\|(?P<message>.*)']) {
      expect(textOf(name)).toContain(format);
      expect(() =>
        parse(
          `gateways: [{ name: a, kind: generic, heal: "off", generic: { logs: [{ path: x, format: '${format}' }] } }]`,
        ),
      ).not.toThrow();
    }
  });
});

it('has the same examples in both languages', () => {
  const [english, chinese] = DOCUMENTS.map((name) => examplesIn(name).map(withoutComments));
  expect(chinese).toEqual(english);
});

describe('the examples find', () => {
  const factsOf = (example: number, lines: readonly string[]): unknown[] => {
    const [gateway] = parse(examplesIn('generic.md')[example] ?? '').gateways;
    if (!gateway) throw new Error('no gateway');
    const reader = createKind(gateway).newLogReader(gateway.generic?.logs[0]?.path.split('/').at(-1) ?? '');
    return lines.map(
      (line) =>
        reader
          .line(line)
          ?.evidence.map(({ fact }) => fact.kind)
          .join() ?? '',
    );
  };

  it('what python-telegram-bot writes', () => {
    const head = '2026-11-21 10:00:00,123 - ';
    expect(
      factsOf(0, [
        `${head}telegram.ext.Application - INFO - Application started`,
        `${head}httpx - INFO - HTTP Request: POST https://api.telegram.org/bot123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/getUpdates "HTTP/1.1 200 OK"`,
        `${head}telegram.ext.Updater - ERROR - Exception happened while polling for updates.`,
        'telegram.error.NetworkError: httpx.ConnectError: All connection attempts failed',
        'telegram.error.Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        'telegram.error.InvalidToken: The token was rejected by the server.',
        `${head}telegram.ext.Application - INFO - Application is stopping. This might take a moment.`,
      ]),
    ).toEqual(['gateway-ready', 'link-login', '', 'link-lost', 'link-rejected', 'config-fatal', 'gateway-stopping']);
  });

  it('what Koishi writes', () => {
    expect(
      factsOf(1, [
        '2026-11-21 10:00:00 [I] server server listening at http://0.0.0.0:5140',
        '2026-11-21 10:00:01 [I] adapter connect to server: ws://127.0.0.1:3001/',
        '2026-11-21 10:05:00 [W] adapter Session timed out, will retry in 5s...',
        '2026-11-21 10:05:00 [W] adapter websocket closed with 1006',
        '2026-11-21 10:06:00 [I] loader apply plugin help',
      ]),
    ).toEqual(['gateway-ready', 'link-login', 'link-lost', 'link-lost', '']);
  });
});
