/** What is read of a line's bytes is what is read of its text, whatever stands in a log. */
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tells, type LogReader, type LogRecord } from '../../src/gateways/gateway-kind.ts';
import * as hermes from '../../src/gateways/hermes/grammar.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import * as openClaw from '../../src/gateways/openclaw/gateway-grammar.ts';
import * as openClawLinks from '../../src/gateways/openclaw/link-grammar.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { createLineSplitter } from '../../src/sensors/logs/line-splitter.ts';
import { extent } from '../deep.ts';

const patternsOf = (grammar: object): readonly RegExp[] =>
  Object.values(grammar).flatMap((value: unknown) =>
    Array.isArray(value)
      ? value.flatMap((each: unknown) =>
          typeof each === 'object' && each !== null && 'message' in each && each.message instanceof RegExp
            ? [each.message]
            : [],
        )
      : [],
  );

/** A text that a pattern fits, or nearly: its source without the signs. */
const likeSource = ({ source }: RegExp): string =>
  source
    .replaceAll(/\(\?(?:<[^>=!]*>|[:=!]|<[=!])/g, '')
    .replaceAll(/\[[^\]]*\]|\\[dwSsb]/g, '1')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/\{[\d,]*\}|[()^$?*+|]/g, '');

const corpus = globSync('test/issues/{main,later}/*.yaml', { cwd: `${import.meta.dirname}/../..` })
  .flatMap((file) => readFileSync(`${import.meta.dirname}/../../${file}`, 'utf8').split('\n'))
  .map((line) => line.trim().replace(/^- /, ''))
  .filter((line) => line !== '');

const OF_AGENT = [
  'Tool terminal returned 12 chars (1.5s)',
  'Tool terminal returned 12 chars (130.5s)',
  'Tool terminal failed after 30s; attempt 1',
  'API call #1: model=large',
  'waits for Approval of the command',
  'disapprovals',
  'heartbeat blocked for more than 40 seconds',
  'FALLBACK activated: large',
  'Switching to fallback',
  "Platform 'QQ' requirements not met",
  '[QQBot:1] Session resumed',
  '[Feishu] Connected in websocket mode',
  'Executor shutdown has been called',
  'API call failed after 3 retries: 402',
  'feishu auth error: 1',
  'embedded run start: runId=1',
  'embedded run timeout: runId=1 timeoutMs=1000',
  'long-running session: age=1s',
  'No active WhatsApp Web listener',
  'feishu[default]: starting WebSocket connection',
  'feishu[default]: received message from ou_1 in oc_1 (p2p)',
  'feishu[default]: dispatching to agent (session=agent:main:feishu:direct:ou_1)',
  'feishu[default]: dispatch complete (queuedFinal=true, replies=1)',
  'response ready: platform=qqbot chat=C1 time=25.4s api_calls=3 response=0 chars',
  "inbound message: platform=qqbot user=Lin chat=C1 msg='天气'",
];

/** Words that change what the bytes around them mean. */
const odd = fc.constantFrom<Uint8Array>(
  ...[
    '',
    '',
    '',
    '\r',
    '\0',
    '\u001b[31m',
    '\uFEFF',
    '"',
    '\\',
    '\\"',
    '\t',
    '好',
    'é',
    ']',
    ': ',
    'x'.repeat(17_000),
  ].map((text) => Buffer.from(text)),
  Buffer.from([0xff]),
  Buffer.from([0xe5, 0xa5]),
  Buffer.from([0xc2]),
);

/** Most lines follow each other closely: what was told a moment ago is not told anew. */
const time = fc.tuple(
  fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 3),
  fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 61, 3_600, 7_200, -4_000, 100_000),
  fc.nat(999),
);

/** Puts other bytes into a line, or takes some away. */
const mutated = (lines: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.tuple(lines, odd, fc.nat(), fc.nat(3), fc.nat(9)).map(([line, other, place, less, how]) => {
    const bytes = Buffer.from(line);
    if (how > 3) return bytes;
    const at = how === 0 ? bytes.length : place % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + (how === 1 ? less : 0))]);
  });

/** The lines of a log with its line ends, cut into the parts in which it is read. */
const logOf = (lines: fc.Arbitrary<Buffer>): fc.Arbitrary<readonly Buffer[]> =>
  fc
    .tuple(fc.array(lines, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 3 }), fc.boolean())
    .map(([all, cuts, returns]) => {
      const end = Buffer.from(returns ? '\r\n' : '\n');
      const bytes = Buffer.concat(all.flatMap((line) => [line, end]));
      const places = [
        0,
        ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other),
        bytes.length,
      ];
      return places.slice(1).map((place, at) => bytes.subarray(places[at], place));
    });

const plain = ({ at, evidence }: LogRecord) => ({ at, evidence: evidence.map((each) => ({ ...each })) });

/** @returns what is told, and which lines were read as text. */
const readAll = (reader: LogReader, parts: readonly Buffer[], byBytes: boolean) => {
  const splitter = createLineSplitter();
  const told: ReturnType<typeof plain>[] = [];
  let texts = 0;
  const take = (record: LogRecord | null): void => {
    if (record !== null && tells(record)) told.push(plain(record));
  };
  const read = byBytes ? reader.bytes?.read : undefined;
  // One buffer for all parts, as where logs are read.
  const chunk = Buffer.alloc(Math.max(0, ...parts.map(({ length }) => length)));
  for (const part of parts) {
    part.copy(chunk);
    const given = chunk.subarray(0, part.length);
    if (byBytes) reader.bytes?.begin(given);
    splitter.feed(given);
    for (let line = splitter.next(read); line !== null; line = splitter.next(read)) {
      if (typeof line === 'string') texts += 1;
      take(typeof line === 'string' ? reader.line(line) : line);
    }
  }
  const rest = splitter.flush();
  if (rest !== null) take(reader.line(rest));
  return { told, texts };
};

const check = (newReader: () => LogReader, parts: readonly Buffer[]): void => {
  const bytes = readAll(newReader(), parts, true);
  expect(bytes.told).toEqual(readAll(newReader(), parts, false).told);
};

const two = (value: number): string => String(value).padStart(2, '0');

const hermesMessage = fc.oneof(
  fc.constantFrom(...OF_AGENT),
  fc.constantFrom(...OF_AGENT, ...patternsOf(hermes).map(likeSource)),
  fc.string({ unit: 'binary' }),
);
const hermesHead = fc
  .tuple(
    time,
    fc.constantFrom('INFO', 'INFO', 'INFO', 'INFO', 'DEBUG', 'WARNING', 'ERROR', 'CRITICAL', 'info', 'INFORM'),
    fc.constantFrom('', '', ' [20261101_1]', ' [a: b]', ' ['),
    fc.constantFrom(
      'gateway.run',
      'agent.tool_executor',
      'agent.tools',
      'agent.tools',
      'agent.tools',
      'agent.feishu',
      'root',
      'run_agent',
      'agent.conversation',
      'gateway.platforms.base',
      'gateway.config',
      'hermes_cli.config',
      'Lark',
      'asyncio',
      'plugins.platforms.feishu.adapter',
      'telegram.ext.Updater',
      'a b',
      '',
    ),
  )
  .map(
    ([[hour, second, ms], level, tag, logger]) =>
      `2026-${second < 0 ? 10 : 11}-${second > 99_999 ? 31 : 25} ${two(hour)}:${two(((second / 60) % 70) | 0).slice(-2)}:${two(Math.abs(second) % 62)},${String(ms).padStart(3, '0')} ${level}${tag} ${logger}: `,
  );
const hermesLine = mutated(
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(hermesHead, hermesMessage).map((parts) => parts.join('')) },
    { weight: 2, arbitrary: fc.constantFrom(...corpus) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'Traceback (most recent call last):',
        'RuntimeError: cannot schedule new futures after shutdown',
        'RuntimeError: Task <receive_message_loop> got Future attached to a different loop',
        '',
        '[Lark] [2026-11-25 01:00:00,123] [INFO] connected to wss://a.example',
      ),
    },
  ),
);

test('of Hermes', () => {
  fc.assert(
    fc.property(logOf(hermesLine), (parts) => {
      check(() => hermesLogReader('agent.log'), parts);
    }),
    { numRuns: extent(20_000, 400) },
  );
});

const SUBSYSTEMS = [
  'agent/embedded',
  'tools',
  'exec',
  'gateway',
  'gateway/ws',
  'gateway/channels/feishu',
  'gateway/channels/qqbot',
  'diagnostic',
  'config',
  'ws',
  null,
];
const jsonLine = fc
  .tuple(
    time,
    fc.constantFrom(...SUBSYSTEMS.slice(0, 2), ...SUBSYSTEMS),
    fc.oneof(
      fc.constantFrom(...OF_AGENT),
      fc.constantFrom(...[...patternsOf(openClaw), ...patternsOf(openClawLinks)].map(likeSource)),
      fc.constantFrom(
        'gateway: Unrecognized key: "x"',
        'Gateway start blocked: x',
        'feishu[default]: WebSocket SDK reported recoverable error: "a\tb"',
        'feishu[default]: WebSocket SDK reported recoverable error: C:\\x',
      ),
      fc.string({ unit: 'binary' }),
    ),
    fc.constantFrom('INFO', 'INFO', 'INFO', 'INFO', 'ERROR', 'ODD', null),
    fc.nat(60),
  )
  .map(([[hour, second, ms], subsystem, message, level, form]) => {
    const date = `2026-11-25T${two(hour + (form === 1 ? 23 : 0))}:${two(Math.abs(second) % 61)}:${two(Math.abs(second) % 60)}.${String(ms).padStart(3, '0')}${form === 2 ? '+08:00' : 'Z'}`;
    const name = subsystem === null ? {} : { 0: JSON.stringify({ subsystem }) };
    const meta = { hostname: 'vm', date, ...(level === null ? {} : { logLevelName: level }), path: { line: form % 2 } };
    const all: Record<string, unknown> = {
      ...name,
      [subsystem === null ? 0 : 1]: form === 3 ? `${message}.` : message,
      ...(form === 4 ? {} : { _meta: meta }),
      ...(form === 5 ? { 2: 'a text of its own' } : {}),
      time: form === 6 ? date.replace('Z', '"Z') : date.replace('Z', '+00:00'),
      ...(form === 7 ? { message: 1, hostname: 'vm' } : { hostname: 'vm', message }),
    };
    const text = JSON.stringify(form === 8 ? Object.fromEntries(Object.entries(all).reverse()) : all);
    if (form === 9) return text.replace('"hostname"', `"0":"{\\"subsystem\\":\\"gateway\\"}","hostname"`);
    if (form === 10) return text.replace('}}', '}');
    if (form === 11) return text.replace('"hostname"', '"_meta":{"date":"2026-11-24T00:00:00.000Z"},"hostname"');
    return text;
  });
const openClawLine = mutated(
  fc.oneof(
    { weight: 8, arbitrary: jsonLine },
    { weight: 1, arbitrary: fc.constantFrom(...corpus) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'gateway: Unrecognized key: "x"',
        '- agents.defaults: Invalid input',
        '{"broken',
        '2026-11-25T01:00:00.000Z [gateway] Gateway start blocked: existing config is missing gateway.mode',
      ),
    },
  ),
);

test('of OpenClaw', () => {
  fc.assert(
    fc.property(logOf(openClawLine), (parts) => {
      check(() => openClawLogReader('openclaw.log'), parts);
    }),
    { numRuns: extent(20_000, 400) },
  );
});

test('of OpenClaw, with escapes in a form that is known', () => {
  const error = 'feishu[default]: WebSocket start failed, retrying in 5ms:';
  const lines = [`${error} a`, `${error} C:\\x`, `${error} "x"`, `${error} a\tb`, `${error} a\nb`, `${error} b`];
  const json = lines.map((message, at) => {
    const date = `2026-11-25T01:00:00.10${at}Z`;
    const all = { 0: '{"subsystem":"feishu"}', 1: message, _meta: { date }, time: date, hostname: 'vm', message };
    return `${JSON.stringify(all)}\n`;
  });
  check(() => openClawLogReader('openclaw.log'), [Buffer.from(json.join(''))]);
});

test('nearly all lines are read from their bytes', () => {
  const hermesLines = Array.from(
    { length: 100 },
    (_, at) => `2026-11-25 01:00:00,${100 + at} INFO [a] agent.tools: Tool exec returned ${at} chars (1.5s)\n`,
  );
  expect(readAll(hermesLogReader('agent.log'), [Buffer.from(hermesLines.join(''))], true).texts).toBe(0);
  const openClawLines = Array.from({ length: 100 }, (_, at) => {
    const date = `2026-11-25T01:00:00.${100 + at}Z`;
    const message = `embedded run start: runId=${'x'.repeat(at)}好`;
    const name = '{"subsystem":"agent/embedded"}';
    const all = {
      0: name,
      1: message,
      _meta: { name, date, logLevelName: 'INFO' },
      time: date,
      hostname: 'vm',
      message,
    };
    return `${JSON.stringify(all)}\n`;
  });
  expect(readAll(openClawLogReader('openclaw.log'), [Buffer.from(openClawLines.join(''))], true).texts).toBe(1);
});
