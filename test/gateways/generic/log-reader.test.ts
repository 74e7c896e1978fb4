import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genericKind } from '../../../src/gateways/generic/generic.ts';
import type { GenericSettings } from '../../../src/gateways/generic/settings.ts';
import type { GatewayKind, LogReader } from '../../../src/gateways/gateway-kind.ts';
import { NOTHING } from './settings.ts';
import { extent } from '../../deep.ts';

const kindOf = (settings: Partial<GenericSettings>): GatewayKind =>
  genericKind({
    name: 'tg',
    kind: 'generic',
    home: '/home/me/bot',
    command: ['python3', 'bot.py'],
    unit: null,
    supervisor: 'process',
    generic: { ...NOTHING, logs: [{ path: 'logs/bot.log', format: 'python', dateOrder: null }], ...settings },
  });

const readerOf = (settings: Partial<GenericSettings>, source = 'bot.log'): LogReader =>
  kindOf(settings).newLogReader(source);

const SETTINGS = {
  starting: 'Starting bot',
  ready: 'Application started',
  stopping: 'Application is stopping',
  fatal: 'InvalidToken',
  links: {
    telegram: {
      up: 'Polling started|200 OK',
      lost: 'NetworkError',
      gave_up: 'giving up',
      rejected: 'Unauthorized|Conflict',
      traffic: 'update \\d+',
    },
  },
};

const facts = (reader: LogReader, lines: readonly string[], written?: 'before' | 'since'): unknown[] =>
  lines.flatMap((line) => reader.line(line, written)?.evidence.map(({ link, fact }) => [link, fact.kind]) ?? []);

const AT = '2026-11-21 10:00:00,000 - bot - INFO - ';

describe("the operator's patterns", () => {
  it.each([
    ['Starting bot 1.2', [[null, 'gateway-starting']]],
    ['Application started', [[null, 'gateway-ready']]],
    ['Application is stopping', [[null, 'gateway-stopping']]],
    ['InvalidToken: revoked', [[null, 'config-fatal']]],
    ['Polling started', [['telegram', 'link-login']]],
    ['HTTP Request: POST "HTTP/1.1 200 OK"', [['telegram', 'link-login']]],
    ['NetworkError: timed out', [['telegram', 'link-lost']]],
    ['giving up after a NetworkError', [['telegram', 'link-gave-up']]],
    ['Unauthorized', [['telegram', 'link-rejected']]],
    ['update 17 handled', [['telegram', 'link-traffic']]],
    ['application started', []],
    [
      'Application started, Polling started',
      [
        [null, 'gateway-ready'],
        ['telegram', 'link-login'],
      ],
    ],
  ])('find %s', (message, found) => {
    expect(facts(readerOf(SETTINGS), [`${AT}${message}`])).toEqual(found);
  });

  it('find what stands in a traceback, and date it by the record above', () => {
    const reader = readerOf(SETTINGS);
    reader.line(`${AT}Exception happened`);
    expect(reader.line('Traceback (most recent call last):')).toBeNull();
    expect(reader.line('telegram.error.NetworkError: httpx.ConnectError')).toMatchObject({
      at: new Date(2026, 10, 21, 10).getTime(),
      evidence: [{ link: 'telegram', source: 'bot.log', fact: { kind: 'link-lost' } }],
    });
  });

  it('show no secret of a line', () => {
    const [evidence] = readerOf(SETTINGS).line(`${AT}NetworkError token=abcdefabcdef0123456789`)?.evidence ?? [];
    expect(evidence?.text).toContain('NetworkError');
    expect(JSON.stringify(evidence)).not.toContain('abcdefabcdef');
  });
});

describe('a line without a time', () => {
  const plain = { ...SETTINGS, logs: [{ path: 'bot', format: 'plain', dateOrder: null }] };

  it('was written when it was read', () => {
    const before = Date.now();
    const record = readerOf(plain, 'bot').line('giving up', 'since');
    expect(record?.at).toBeGreaterThanOrEqual(before);
    expect(record?.evidence).toHaveLength(1);
  });

  it('that was there before Lifeline began to follow says nothing', () => {
    expect(facts(readerOf(plain, 'bot'), ['giving up', 'Polling started'], 'before')).toEqual([]);
    expect(facts(readerOf({ ...SETTINGS }), ['giving up'], 'before')).toEqual([]);
  });

  it('in a log with times counts also from before', () => {
    expect(facts(readerOf(SETTINGS), [`${AT}giving up`], 'before')).toEqual([['telegram', 'link-gave-up']]);
  });

  it('comes from a file, by its name, for the diagnosis', () => {
    expect(readerOf(plain, 'bot').line('giving up')?.evidence[0]?.source).toBe('./bot');
  });
});

it("a clock ahead of this machine's does not put grace periods off", () => {
  const before = Date.now();
  const record = readerOf(SETTINGS).line('2099-01-01 00:00:00,000 giving up');
  expect(record?.at).toBeGreaterThanOrEqual(before);
  expect(record?.at).toBeLessThanOrEqual(Date.now());
});

it('a line that was there before and is dated in the future is no evidence', () => {
  expect(readerOf(SETTINGS).line('2099-01-01 00:00:00,000 giving up', 'before')).toBeNull();
});

it('tells people date and level of a line of the first log', () => {
  const kind = kindOf({
    logs: [
      { path: 'a.json', format: 'json', dateOrder: null },
      { path: 'b.log', format: 'plain', dateOrder: null },
    ],
  });
  expect(kind.mainLogs).toEqual(['a.json']);
  expect(kind.parseLine('{"time":1795227600123,"level":"error","msg":"x"}')).toEqual({
    at: 1_795_227_600_123,
    level: 'error',
    text: expect.stringMatching(/^20\d\d-\d\d-\d\d [\d:]{8} ERROR x$/) as string,
  });
  expect(kind.parseLine('no json at all')).toBeNull();
});

it('never throws, whatever the bytes', () => {
  const reader = readerOf({ ...SETTINGS, logs: [{ path: 'bot.log', format: 'json', dateOrder: null }] });
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.json()),
      fc.constantFrom('before' as const, 'since' as const),
      (text, written) => void reader.line(text, written),
    ),
    { numRuns: extent(100, 25) },
  );
  expect(() => reader.line('{"message":"'.padEnd(1_000_000, 'giving up '))).not.toThrow();
});
