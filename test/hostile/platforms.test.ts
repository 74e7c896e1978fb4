/**
 * What Feishu and QQ send, and what whoever stands between may send in their place: frames, events, taps, answers. No
 * reader throws past the rim, none takes long or much memory, and the link is there afterwards. fast-check prints the
 * seed of what it found.
 */
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { foreignNumber } from '../../src/base/foreign-number.ts';
import { readMessageEvent } from '../../src/channels/feishu/message-event.ts';
import { createFrameReader } from '../../src/channels/feishu/link/sockets.ts';
import { readTap } from '../../src/channels/feishu/tap-event.ts';
import { factsOf } from '../../src/channels/qq/event-facts.ts';
import { tapToAnswer, toInbound } from '../../src/channels/qq/inbound-event.ts';
import { parseFrame } from '../../src/channels/qq/link/frames.ts';
import { platformId } from '../../src/chat/inbound/platform-id.ts';
import { sentAtOf } from '../../src/chat/inbound/sent-at.ts';
import { openDatabase } from '../../src/store/database.ts';
import { encodeFrame } from '../../sandbox/feishu/frames.ts';
import { inTime } from '../base/in-time.ts';
import {
  CHANNEL_ON,
  emptied,
  giveAddress,
  giveToken,
  isAddress,
  isToken,
  startHostilePlatform,
  startServer,
} from '../channels/hostile-server.ts';
import { OPEN, PLATFORMS, type Platform, type Stage } from '../channels/parity-stage.ts';
import { eventually } from '../sandbox/feishu/fixture.ts';
import { hostileJson } from './foreign-json.ts';
import { extent } from '../deep.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
/** Of a frame of the long connection: what is longer is not taken. */
const MOST_FRAME = 4 * 1_048_576;
const MOST_MEMORY = 1_500_000_000;

const MESSAGE = {
  sender: { sender_id: { open_id: 'ou_1' }, sender_type: 'user' },
  message: {
    message_id: 'om_1',
    parent_id: 'om_0',
    create_time: String(NOW),
    chat_id: 'oc_1',
    chat_type: 'group',
    message_type: 'text',
    content: '{"text":"@_user_1 /go"}',
    mentions: [{ key: '@_user_1', id: { open_id: 'ou_b' } }],
  },
};
const TAP = {
  operator: { open_id: 'ou_1' },
  token: 'c-1',
  action: { tag: 'button', value: { token: 'T' } },
  context: { open_message_id: 'om_1', open_chat_id: 'oc_1' },
};
const envelope = (type: string, event: object): object => ({
  schema: '2.0',
  header: { event_id: 'e1', event_type: type, create_time: String(NOW), token: '', app_id: 'cli_1', tenant_key: 't' },
  event,
});
const FEISHU_EVENTS = [envelope('im.message.receive_v1', MESSAGE), envelope('card.action.trigger', TAP)];

const QQ_MESSAGE = {
  id: 'M1',
  content: '/go',
  timestamp: '2026-11-22T20:00:00+08:00',
  author: { id: 'U', user_openid: 'U', member_openid: 'U', bot: false },
  message_type: 103,
  message_scene: { ext: ['msg_idx=REFIDX_1', 'ref_msg_idx=REFIDX_2'] },
  msg_elements: [{ msg_idx: 'REFIDX_2', message_type: 103 }],
  mentions: [{ is_you: true }],
};
const QQ_TAP = {
  id: 'I1',
  type: 11,
  chat_type: 2,
  timestamp: '2026-11-22T20:00:00+08:00',
  user_openid: 'U',
  data: { type: 11, resolved: { button_data: 'T', button_id: '1' } },
};
const dispatch = (t: string, d: object): object => ({ id: `${t}:1`, op: 0, s: 7, t, d });
const QQ_EVENTS = [
  dispatch('C2C_MESSAGE_CREATE', QQ_MESSAGE),
  dispatch('GROUP_AT_MESSAGE_CREATE', { ...QQ_MESSAGE, group_openid: 'G' }),
  dispatch('GROUP_MESSAGE_CREATE', { ...QQ_MESSAGE, group_openid: 'G' }),
  dispatch('INTERACTION_CREATE', QQ_TAP),
  dispatch('INTERACTION_CREATE', { ...QQ_TAP, group_openid: 'G', group_member_openid: 'U' }),
  dispatch('FRIEND_ADD', { openid: 'U', timestamp: 1_763_690_000 }),
  dispatch('C2C_MSG_REJECT', { openid: 'U', timestamp: 1_763_690_000 }),
  dispatch('READY', { version: 1, session_id: 's', user: { id: '1' }, shard: [0, 0] }),
];
/** These end a connection, or begin one. */
const QQ_FRAMES = [
  { op: 10, d: { heartbeat_interval: 41_250 } },
  { op: 11 },
  { op: 1, d: 3 },
  { op: 7 },
  { op: 9, d: false },
];

const readQq = (text: string): unknown => {
  const frame = parseFrame(text);
  return frame.kind === 'dispatch' ? [toInbound(frame), tapToAnswer(frame), factsOf(frame, NOW)] : frame;
};

/** Ends soon, throws nothing, and needs little memory. */
const isHarmless = (read: () => unknown): void => {
  const before = process.memoryUsage.rss();
  let thrown: unknown = null;
  inTime(() => {
    try {
      return read();
    } catch (error) {
      thrown = error;
      return null;
    }
  });
  if (thrown !== null) throw thrown as Error;
  expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_MEMORY);
};

describe('a reader', () => {
  /** The second argument is what it may meet. */
  const READERS: readonly [string, fc.Arbitrary<unknown>, (value: unknown) => unknown][] = [
    ['of QQ’s frames', hostileJson(...QQ_EVENTS, ...QQ_FRAMES), (value) => readQq(JSON.stringify(value) ?? '')],
    ['of Feishu’s messages', hostileJson(MESSAGE), readMessageEvent],
    [
      'of Feishu’s taps',
      hostileJson({ ...TAP, event_id: 'e1', create_time: String(NOW) }),
      (value) => readTap(value, () => true),
    ],
    [
      'of times, ids and numbers',
      hostileJson('2026-11-22T20:00:00+08:00', NOW, String(NOW), 'om_1'),
      (value) => [sentAtOf(value), platformId(value), foreignNumber(value)],
    ],
  ];
  test.each(READERS)('%s takes whatever it is given', { timeout: 300_000 }, (_name, values, read) => {
    fc.assert(
      fc.property(values, (value) => isHarmless(() => read(value))),
      { numRuns: extent(2_000, 200), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });

  test('of QQ’s frames takes any text', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => isHarmless(() => readQq(text))),
      { numRuns: extent(1_000, 100) },
    );
  });

  const LONG = ['[', '{"a":', '"', ' ', '{"op":0,"d":', '\\u', '0', '-', '[1,', '\0', 'é'].map((unit) =>
    unit.repeat(Math.floor(extent(MOST_FRAME, MOST_FRAME / 4) / Buffer.byteLength(unit))),
  );
  test.each(LONG.map((text) => [text.slice(0, 6), text] as const))(
    'takes no long time for megabytes of %s',
    { timeout: 300_000 },
    (_unit, text) => {
      isHarmless(() => readQq(text));
      isHarmless(() =>
        readQq(
          JSON.stringify(
            dispatch('C2C_MESSAGE_CREATE', {
              ...QQ_MESSAGE,
              content: text,
              message_scene: { ext: [`ref_msg_idx=${text}`] },
            }),
          ),
        ),
      );
      isHarmless(() => readMessageEvent({ ...MESSAGE, message: { ...MESSAGE.message, content: text } }));
      isHarmless(() =>
        readMessageEvent({
          ...MESSAGE,
          message: { ...MESSAGE.message, content: JSON.stringify({ text: text.slice(0, MOST_FRAME / 2) }) },
        }),
      );
    },
  );

  test('of the bytes on Feishu’s socket takes any, in any pieces', { timeout: 300_000 }, () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          [0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255],
          [0x82, 126, 0xff],
          [0x8a, 0],
          [0x00, 5],
          [0x02, 127, 0, 0, 0, 0, 0, 16, 0, 0],
        )
        .map((bytes) => Uint8Array.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 30 }), (pieces) =>
        isHarmless(() => {
          const take = createFrameReader({ frame: () => undefined, tooLong: () => undefined }, MOST_FRAME);
          for (const piece of pieces) take(Buffer.from(piece));
        }),
      ),
      { numRuns: extent(1_000, 100), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });
});

/** What reached nobody: it would have ended the process. */
const escaped: unknown[] = [];
const escape = (error: unknown): void => void escaped.push(error);
beforeAll(() => void process.on('uncaughtExceptionMonitor', escape).on('unhandledRejection', escape));
afterAll(() => void process.off('uncaughtExceptionMonitor', escape).off('unhandledRejection', escape));
afterEach(() => expect(escaped.splice(0)).toEqual([]));

/** What was asked again and again until it came. */
const comesThrough = async (stage: Stage): Promise<void> => {
  const before = stage.received.length;
  await eventually(() => {
    if (
      stage.received.length > before &&
      stage.received.at(-1)?.sender === stage.operator &&
      stage.received.at(-1)?.text === 'are you there'
    )
      return;
    stage.message({ text: 'are you there' });
    throw new Error(`nothing comes through: ${JSON.stringify(stage.channel.status())}`);
  });
};

const frameOf = (headers: Readonly<Record<string, string>>, payload: Uint8Array, method = 1): Uint8Array =>
  encodeFrame({
    seqId: 1,
    logId: 1,
    service: 1,
    method,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    payload,
  });

const header = fc.constantFrom(
  'event',
  'card',
  'pong',
  'ping',
  '',
  '1',
  '0',
  '-1',
  '2',
  '100',
  '101',
  '4294967295',
  '1e9',
  'NaN',
  'x'.repeat(10_000),
  '__proto__',
  '\0',
);
const anyPayload = (good: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 3, arbitrary: good.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  );
const CONFIG = { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 };

const FRAMES: Readonly<Record<Platform, fc.Arbitrary<Uint8Array | object>>> = {
  feishu: fc.oneof(
    anyPayload(hostileJson(...FEISHU_EVENTS)).map((payload) =>
      frameOf({ type: 'event', message_id: 'f1', sum: '1', seq: '0', trace_id: 't' }, payload),
    ),
    anyPayload(hostileJson(CONFIG)).map((payload) => frameOf({ type: 'pong' }, payload, 0)),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom('type', 'message_id', 'sum', 'seq', 'trace_id', 'biz_rt'), header),
        anyPayload(hostileJson(...FEISHU_EVENTS)),
        fc.constantFrom(0, 1, 2, -1),
      )
      .map(([headers, payload, method]) => frameOf(headers, payload, method)),
    fc.tuple(fc.uint8Array({ maxLength: 30 }), fc.nat(60)).map(([noise, at]) => {
      const bytes = Buffer.from(
        frameOf(
          { type: 'event', message_id: 'f1', sum: '1', seq: '0', trace_id: 't' },
          Buffer.from(JSON.stringify(FEISHU_EVENTS[0])),
        ),
      );
      bytes.set(noise, at);
      return bytes;
    }),
    fc.uint8Array({ maxLength: 200 }),
  ),
  qq: fc
    .oneof({ weight: 9, arbitrary: hostileJson(...QQ_EVENTS) }, { weight: 1, arbitrary: hostileJson(...QQ_FRAMES) })
    .map((frame) => (typeof frame === 'object' && frame !== null ? frame : { frame })),
};

test.each(PLATFORMS)(
  'frames of %s, whatever is in them, end neither the process nor the channel',
  { timeout: 300_000 },
  async (platform) => {
    const stage = await OPEN[platform]();
    onTestFinished(() => stage.close());
    await comesThrough(stage);
    await fc.assert(
      fc.asyncProperty(fc.array(FRAMES[platform], { minLength: 1, maxLength: 20 }), async (frames) => {
        for (const frame of frames) stage.raw(frame);
        await comesThrough(stage);
        expect(escaped).toEqual([]);
      }),
      { numRuns: extent(300, 30), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
    expect(stage.channel.status().link).toBe('connected');
  },
);

describe.each(PLATFORMS)('answers of %s over HTTP', (platform) => {
  const db = openDatabase(':memory:');
  afterAll(() => db.close());
  const GOOD = {
    code: 0,
    err_code: 0,
    msg: 'ok',
    message: 'ok',
    tenant_access_token: 't',
    access_token: 't',
    expire: 7_200,
    expires_in: '7200',
    id: 'ROBOT1.0_1',
    timestamp: 1,
    ext_info: { ref_idx: 'REFIDX_1' },
    data: { message_id: 'om_1', chat_id: 'oc_1', file_key: 'k' },
    file_info: 'f',
    bot: { open_id: 'ou_b', app_name: 'n', activate_status: 2 },
  };
  const CODES = [
    1, 230020, 99991663, 99991400, 230025, 230099, 40034100, 40054010, 40034025, 40054005, 11244, 100001,
  ].map((code) => ({ code, err_code: code, msg: 'no', message: 'no', data: {} }));
  const answer = fc.tuple(
    fc.oneof(
      hostileJson(GOOD, ...CODES).map((value) => JSON.stringify(value) ?? ''),
      fc.string({ unit: 'binary', maxLength: 60 }),
    ),
    fc.constantFrom(200, 200, 200, 201, 204, 400, 401, 404, 429, 500, 502),
    fc.constantFrom<Readonly<Record<string, string>>>(
      {},
      { 'x-ogw-ratelimit-reset': '1e99' },
      { 'x-ogw-ratelimit-reset': '-5' },
      { 'retry-after': 'x' },
    ),
  );
  type Said = readonly [string, number, Readonly<Record<string, string>>];
  const give = (response: ServerResponse, [body, status, headers]: Said): void =>
    void response.writeHead(status, headers).end(status === 204 ? undefined : body);

  test('to a message are an outcome, whatever is in them', { timeout: 300_000 }, async () => {
    let said: Said = ['', 200, {}];
    let tokenToo = false;
    const { origin } = await startServer((request, response) => {
      request.resume();
      if (isToken(request) && !tokenToo) giveToken(response);
      else give(response, said);
    });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(answer, fc.boolean(), fc.boolean(), async (next, alsoToken, withFile) => {
        [said, tokenToo] = [next, alsoToken];
        // A new one each time: what it has learnt of refusals would hold the next back.
        const channel = CHANNEL_ON[platform](origin, 5_000, emptied(db));
        const result = await channel.send(
          { user: 'u' },
          {
            tone: 'info',
            title: 'T',
            note: 'n',
            ...(withFile ? { code: ['x'], buttons: [{ label: 'B', style: 'plain', command: '/go', token: 'T' }] } : {}),
          },
          { key: `k${(n += 1)}` },
        );
        await channel.stop();
        expect(['ok', 'retry', 'refused']).toContain(result.outcome);
        if (result.outcome === 'retry') expect(result.afterMs).toBeLessThan(25 * 3_600_000);
        expect(escaped).toEqual([]);
      }),
      { numRuns: extent(500, 50), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });

  test('on the way to the long connection do not keep it from coming up later', { timeout: 300_000 }, async () => {
    let upgraded = 0;
    const hostile = await startHostilePlatform(() => void (upgraded += 1));
    const url = `${hostile.origin.replace('http', 'ws')}/ws?a=1&device_id=d&service_id=1`;
    const addresses = hostileJson(
      ...[url, `${url}#x`, `${url}\n`, url.replace('://', '://a:b@')].map((each) => ({
        code: 0,
        msg: 'ok',
        url: each,
        data: { URL: each, ClientConfig: CONFIG },
      })),
    ).map((value) => JSON.stringify(value) ?? '');
    let said: { readonly token: Said; readonly address: Said } | null = null;
    const { origin } = await startServer((request, response) => {
      request.resume();
      if (isToken(request)) return said ? give(response, said.token) : giveToken(response);
      if (said && isAddress(request)) return give(response, said.address);
      giveAddress(response, url);
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(answer, fc.constant<Said>([JSON.stringify(GOOD), 200, {}])),
        fc.oneof(
          answer,
          addresses.map((body): Said => [body, 200, {}]),
        ),
        async (token, address) => {
          said = { token, address };
          const before = upgraded;
          const channel = CHANNEL_ON[platform](origin, 5_000, emptied(db));
          await channel.start(() => undefined);
          await eventually(() => {
            if (upgraded === before && channel.status().problem === null) throw new Error('nothing has been tried yet');
          });
          said = null;
          await eventually(() => {
            if (upgraded === before) throw new Error(`it does not come up: ${JSON.stringify(channel.status())}`);
          });
          await channel.stop();
          expect(escaped).toEqual([]);
        },
      ),
      { numRuns: extent(150, 15), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });
});
