/** What a platform can do to a long connection: the real SDK against the loopback platform. */
import { describe, expect, test } from 'vitest';
import { patchClient, readPingInterval } from '../../../src/channels/feishu/link/sdk-patch.ts';
import { refusalIn } from '../../../src/channels/feishu/link/sockets.ts';
import { noFaults, type AppFaults } from '../../../sandbox/feishu/faults.ts';
import {
  addBot,
  connected,
  eventually,
  newUser,
  openSockets,
  recordingLogger,
  startChannel,
  startPlatform,
} from './fixture.ts';

// Left to itself the SDK would be back after minutes, and look after two.
const SLOW = { ReconnectCount: 1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 };

const ready = async (clientConfig = SLOW, options: Parameters<typeof startChannel>[2] = {}) => {
  const platform = await startPlatform({ clientConfig });
  const [bot, user] = [addBot(platform), newUser()];
  return { platform, bot, user, ...(await startChannel(platform, bot, options)) };
};

describe('a connection that ends', () => {
  test.each(['bye', 'broken', 'fin', 'reset'] as const)('(%s) comes back alone', async (way) => {
    // What an earlier test in this process has left open is none of this one's.
    const before = openSockets();
    const { platform, bot, user, inbox, channel } = await ready();
    for (let round = 0; round < 5; round += 1) {
      platform.drop(bot.appId, way);
      await connected(platform, bot, 0);
      await connected(platform, bot);
    }
    platform.say(bot.appId, user, 'once');
    await eventually(() => expect(inbox).toHaveLength(1));
    await eventually(() => expect(openSockets()).toBeLessThanOrEqual(before + 2));
    expect(channel.status().link).toBe('connected');
  });

  test('without a word, a frozen server, is noticed by our own pings long before the interval', async () => {
    const { platform, bot, channel } = await ready(SLOW, { heartbeatMs: 200, pongTimeoutMs: 500 });
    await eventually(() => expect(channel.status().link).toBe('connected'));
    // The first ping of ours is answered together with the SDK's.
    const { since } = channel.status();
    // And later ones alone.
    await eventually(() => expect(channel.status().lastInboundAt).toBeGreaterThan(since + 300));
    platform.freeze(bot.appId);
    await eventually(() => expect(channel.status().problem).toMatch(/nothing came from the platform for 1 s/));
    await eventually(() => expect(channel.status().link).toBe('connected'));
  });
});

describe('a pong', () => {
  test.each([
    ['without an interval', '{}'],
    ['that is null', 'null'],
    ['that is no JSON', 'not JSON'],
    ['that is empty', ''],
    ['with an interval of nothing', '{"PingInterval":0}'],
    ['with an interval below nothing', '{"PingInterval":-5}'],
    ['with an interval in words', '{"PingInterval":"1"}'],
    ['with an interval that no timer can hold', '{"PingInterval":1e12}'],
    ['with an interval far too short', '{"PingInterval":0.0000001}'],
  ])('%s makes neither a storm of pings nor a lost link', async (_what, payload) => {
    const { platform, bot, channel } = await ready({ ...SLOW, PingInterval: 0.2 });
    platform.faults(bot.appId).pongPayload = payload;
    await eventually(() => expect(channel.status().link).toBe('connected'));
    const [before] = platform.sockets(bot.appId);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const [after] = platform.sockets(bot.appId);
    expect(after?.since).toBe(before?.since);
    // A storm would be hundreds in this time; at most one each 0.1 s is let through.
    expect((after?.pings ?? 0) - (before?.pings ?? 0)).toBeLessThan(40);
    expect(channel.status().link).toBe('connected');
  });

  test('that changes the interval is followed', async () => {
    const { platform, bot, channel } = await ready({ ...SLOW, PingInterval: 1 });
    await eventually(() => expect(channel.status().link).toBe('connected'));
    platform.faults(bot.appId).clientConfig = { PingInterval: 0.1 };
    await eventually(() => expect(platform.sockets(bot.appId)[0]?.pings).toBeGreaterThan(20));
    expect(channel.status().link).toBe('connected');
  });

  test('that allows one attempt only does not end the trying', async () => {
    const { platform, bot, channel } = await ready({ ...SLOW, PingInterval: 0.2 });
    platform.faults(bot.appId).clientConfig = { ReconnectCount: 1 };
    await eventually(() => expect(platform.sockets(bot.appId)[0]?.pings).toBeGreaterThan(2));
    platform.faults(bot.appId).endpoint = { kind: 'status', status: 500 };
    platform.drop(bot.appId);
    await eventually(() => expect(channel.status().problem).toContain('HTTP 500'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    platform.faults(bot.appId).endpoint = null;
    await connected(platform, bot);
  });
});

test.each([
  [120, 120],
  [1e9, 300],
  [0.001, 0.1],
  [0, null],
  [-1, null],
  [NaN, null],
  ['120', null],
  [undefined, null],
])('an interval of %s is taken as %s', (value, expected) => {
  expect(readPingInterval(value)).toBe(expected);
});

describe('an answer of the endpoint', () => {
  const codes = [1, 403, 514, 10014, 1000040343, 1000040344, 1000040345, 1000040350, 1000040351];
  test.each(
    codes.flatMap((code) => (['empty', 'absent', 'null'] as const).map((data): [number, typeof data] => [code, data])),
  )('with code %i and its data %s is told, and the trying goes on', async (code, data) => {
    const { platform, bot, channel } = await ready();
    platform.faults(bot.appId).endpoint = { kind: 'code', code, data };
    platform.drop(bot.appId);
    await eventually(() => expect(channel.status().problem).toContain(`code ${code}`));
    platform.faults(bot.appId).endpoint = null;
    await connected(platform, bot);
    await eventually(() => expect(channel.status()).toMatchObject({ link: 'connected', problem: null }));
  });

  test.each<[string, AppFaults['clientConfig']]>([
    ['no interval', { PingInterval: undefined } as unknown as AppFaults['clientConfig']],
    ['an interval that no timer can hold', { PingInterval: 1e12 }],
    ['an interval of nothing', { PingInterval: 0 }],
    ['numbers as words', { ReconnectCount: 'x', ReconnectNonce: 'y' } as unknown as AppFaults['clientConfig']],
  ])('with %s connects and does not storm', async (_what, config) => {
    const { platform, bot, channel } = await ready();
    platform.faults(bot.appId).clientConfig = config;
    platform.drop(bot.appId);
    await eventually(() => expect(channel.status().link).toBe('waiting'));
    await eventually(() => expect(channel.status().link).toBe('connected'));
    await connected(platform, bot);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(platform.sockets(bot.appId)).toHaveLength(1);
    expect(platform.sockets(bot.appId)[0]?.pings).toBeLessThan(20);
  });
});

test.each<[string, Partial<AppFaults>, RegExp]>([
  [
    'the limit of connections',
    { upgrade: { status: 514, message: 'exceeded', authErrCode: 1000040350 } },
    /too many connections.*code 1000040350: exceeded/,
  ],
  [
    'a wrong secret',
    { upgrade: { status: 514, message: 'auth failed', authErrCode: 0 } },
    /App Secret is wrong.*code 514/,
  ],
])('a refused handshake says why: %s', async (_what, faults, problem) => {
  const { platform, bot, channel } = await ready();
  Object.assign(platform.faults(bot.appId), faults);
  platform.drop(bot.appId);
  await eventually(() => expect(channel.status().problem).toMatch(problem));
  Object.assign(platform.faults(bot.appId), noFaults());
  await connected(platform, bot);
});

test.each([
  [502, {}, 'the platform refused the long connection with HTTP 502'],
  [403, { 'handshake-status': '0' }, 'the platform refused the long connection with HTTP 403'],
  [403, { 'handshake-status': 'x', 'handshake-msg': 'y' }, 'the platform refused the long connection with HTTP 403'],
])('a handshake that is refused with %i and %j: %s', (statusCode, headers, expected) => {
  expect(refusalIn({ statusCode, headers })).toBe(expected);
});

describe('an event', () => {
  test('in several frames, in any order, comes in as one', async () => {
    const { platform, bot, user, inbox } = await ready();
    platform.faults(bot.appId).frames = { parts: 4, order: 'reversed', copies: 1, clickType: 'event' };
    platform.say(bot.appId, user, '一条被切开的消息');
    await eventually(() => expect(inbox.map(({ text }) => text)).toEqual(['一条被切开的消息']));
    await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 1 }]));
  });

  test('that comes twice, or again later, has the same id each time', async () => {
    const { platform, bot, user, inbox } = await ready();
    platform.faults(bot.appId).frames.copies = 2;
    const said = platform.say(bot.appId, user, 'twice');
    await eventually(() => expect(inbox).toHaveLength(2));
    platform.say(bot.appId, user, 'twice', { id: said.id });
    await eventually(() => expect(inbox).toHaveLength(4));
    expect(new Set(inbox.map(({ id }) => id))).toEqual(new Set([said.id]));
  });

  test.each([true, false])(
    'is acked only once it is stored, and otherwise left to come again (stored: %s)',
    async (stored) => {
      const { platform, bot, user, channel } = await ready();
      await channel.stop();
      // What is said to a connection that is on its way out is delivered again a quarter of a minute later.
      await connected(platform, bot, 0);
      const taken: ((isStored: boolean) => void)[] = [];
      await channel.start((inbound) => taken.push(inbound.taken ?? (() => undefined)));
      await connected(platform, bot);
      platform.say(bot.appId, user, 'slow disk');
      await eventually(() => expect(taken).toHaveLength(1));
      expect(platform.records(bot.appId).acks).toHaveLength(0);
      taken[0]?.(stored);
      await eventually(() => expect(platform.records(bot.appId).acks).toHaveLength(1));
      expect(platform.records(bot.appId).acks[0]).toMatchObject({ code: stored ? 200 : 500, inTime: true });
    },
  );
});

const PONG = /thousand times a second/;
const CARD = /card frames/;
const PIECES = /any amount of memory/;
test.each<[string, object, readonly RegExp[]]>([
  ['none of the methods', {}, [PONG, PIECES, CARD]],
  ['no handleControlData', { handleEventData: () => undefined, sendMessage: () => undefined }, [PONG]],
  ['no handleEventData', { handleControlData: () => undefined, sendMessage: () => undefined }, [PIECES, CARD]],
  ['no sendMessage', { handleControlData: () => undefined, handleEventData: () => undefined }, [CARD]],
])('an SDK with %s: all that is lost is named', (_what, client, lost) => {
  expect(patchClient(client, { onPingInterval: () => undefined })).toEqual(
    lost.map((words) => expect.stringMatching(words) as string),
  );
});

test('nothing is lost with the SDK that is used', async () => {
  const { logger, text } = recordingLogger();
  const { channel } = await ready(SLOW, { logger });
  await eventually(() => expect(channel.status().link).toBe('connected'));
  expect(text()).not.toContain('not the one that Lifeline was tested with');
});
