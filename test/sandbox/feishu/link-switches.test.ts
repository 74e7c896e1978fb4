import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../sandbox/feishu/frames.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { endpointUrl, eventIn, headersOf, openByHand, refusedUpgrade } from './by-hand.ts';
import { button, card, sendCard } from './cards.ts';
import {
  addBot,
  call,
  connected,
  eventually,
  FAST,
  newUser,
  sdkLink,
  startPlatform,
  type MessageEvent,
} from './fixture.ts';

describe('the endpoint', () => {
  const CODES = [1, 403, 514, 1000040343, 1000040350, 1000040351];
  test.each(CODES.flatMap((code) => (['empty', 'absent', 'null'] as const).map((data) => [code, data] as const)))(
    'answers code %i with data %s',
    async (code, data) => {
      const platform = await startPlatform();
      const bot = addBot(platform);
      platform.faults(bot.appId).endpoint = { kind: 'code', code, data };
      const { status, body } = await call(platform, 'POST', '/callback/ws/endpoint', {
        AppID: bot.appId,
        AppSecret: bot.secret,
      });
      expect([status, body.code, 'data' in body ? body.data : 'absent']).toEqual([
        200,
        code,
        { empty: {}, absent: 'absent', null: null }[data],
      ]);
    },
  );

  test('wants its names in the right case', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    expect(
      (await call(platform, 'POST', '/callback/ws/endpoint', { appid: bot.appId, appsecret: bot.secret })).body.code,
    ).toBe(514);
  });

  test('can tell clients to try once only; the real SDK then gives up', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).clientConfig = { ReconnectCount: 1 };
    const errors: string[] = [];
    sdkLink(platform, bot, { onError: (error) => errors.push(error.message) });
    await connected(platform, bot);
    platform.faults(bot.appId).upgrade = 'refuse';
    platform.drop(bot.appId);
    await eventually(() => expect(errors).toEqual([expect.stringContaining('exhausted after 1')]));
  });
});

describe('the upgrade', () => {
  test.each([
    ['refuse', '403', 'forbidden', '0'],
    [{ status: 514, message: 'auth failed', authErrCode: 1000040350 }, '514', 'auth failed', '1000040350'],
  ] as const)('refused with %j carries the handshake headers', async (fault, ...headers) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).upgrade = fault;
    expect(await refusedUpgrade(await endpointUrl(platform, bot))).toEqual([403, ...headers]);
  });

  test('is refused to the 51st connection of an app, until one goes', async () => {
    const platform = await startPlatform();
    const [bot, other] = [addBot(platform), addBot(platform)];
    const links = [];
    for (let n = 0; n < 50; n += 1) links.push(await openByHand(platform, bot));
    expect(platform.sockets(bot.appId)).toHaveLength(50);
    expect(await refusedUpgrade(await endpointUrl(platform, bot))).toEqual([
      403,
      '514',
      'the number of connections exceeded the limit',
      '1000040350',
    ]);
    await openByHand(platform, other);
    platform.rules.connections = false;
    await openByHand(platform, bot);
    platform.rules.connections = true;
    for (const { socket } of links.slice(0, 2)) socket.terminate();
    await eventually(() => expect(platform.sockets(bot.appId)).toHaveLength(49));
    await openByHand(platform, bot);
  });
});

describe('a pong', () => {
  test.each([
    ['{}', '{}'],
    ['not JSON', 'not JSON'],
    ['', ''],
    ['{"ReconnectCount":1}', '{"ReconnectCount":1}'],
    [null, JSON.stringify({ ReconnectCount: -1, ...FAST })],
  ])('with the payload %j', async (payload, expected) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).pongPayload = payload;
    const link = await openByHand(platform, bot);
    link.ping();
    await eventually(() => expect(link.pongs()).toEqual([expected]));
  });

  test('can change the client’s settings on the way', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const link = await openByHand(platform, bot);
    platform.faults(bot.appId).clientConfig = { ReconnectCount: 1, PingInterval: 7 };
    link.ping();
    await eventually(() => expect(link.pongs()).toHaveLength(1));
    expect(JSON.parse(link.pongs()[0] ?? '')).toEqual({
      ReconnectCount: 1,
      ReconnectInterval: 1,
      ReconnectNonce: 0,
      PingInterval: 7,
    });
  });

  test('without PingInterval turns the real SDK’s pings into a loop', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).pongPayload = '{}';
    sdkLink(platform, bot);
    await eventually(() => expect(platform.sockets(bot.appId)[0]?.pings).toBeGreaterThan(100));
  });

  test('can stay away while the connection lives', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).noPong = true;
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    platform.say(bot.appId, newUser(), 'hi');
    await eventually(() => expect(link.pushed()).toHaveLength(1));
    expect(link.pongs()).toEqual([]);
  });
});

describe('a connection', () => {
  test.each([
    ['bye', 1000, 'bye'],
    ['broken', 1006, ''],
    ['fin', 1006, ''],
    ['reset', 1006, ''],
  ] as const)('dropped with %s ends for the client with %i', async (way, code, reason) => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const { socket, wire } = await openByHand(platform, bot);
    let error = '';
    wire.on('error', (problem: NodeJS.ErrnoException) => (error = problem.code ?? problem.message));
    const closed = new Promise((resolve) => socket.once('close', (...end) => resolve([end[0], end[1].toString()])));
    platform.drop(bot.appId, way);
    expect(await closed).toEqual([code, reason]);
    expect(error).toBe(way === 'reset' ? 'ECONNRESET' : '');
    await eventually(() => expect(platform.sockets(bot.appId)).toEqual([]));
  });

  test('that is frozen stays open, neither hears nor speaks, and goes on when it thaws', async () => {
    const clock = manualClock();
    const platform = await startPlatform({ clock });
    const bot = addBot(platform);
    const link = await openByHand(platform, bot);
    link.ping();
    await eventually(() => expect(link.pongs()).toHaveLength(1));
    platform.freeze(bot.appId);
    let wsPongs = 0;
    link.socket.on('pong', () => (wsPongs += 1));
    link.ping();
    link.socket.ping();
    platform.say(bot.appId, newUser(), 'into the void');
    expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'pushed' }]);
    await clock.advance(3_000);
    expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'to-repeat' }]);
    // Whatever was going to come has come by the time that another connection has made its round.
    const other = await openByHand(platform, bot);
    other.ping();
    await eventually(() => expect(other.pongs()).toHaveLength(1));
    expect([link.pongs().length, link.pushed().length, wsPongs, link.socket.readyState]).toEqual([
      1,
      0,
      0,
      link.socket.OPEN,
    ]);
    platform.freeze(bot.appId, false);
    await eventually(() => expect([link.pongs().length, wsPongs]).toEqual([2, 1]));
  });

  test('that is frozen ends with the platform', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    await openByHand(platform, bot);
    platform.freeze(bot.appId);
    await platform.stop();
    await eventually(() => expect(platform.sockets(bot.appId)).toEqual([]));
  });

  test('has its pings counted and answers those of the WebSocket', async () => {
    const clock = manualClock();
    const platform = await startPlatform({ clock });
    const bot = addBot(platform);
    const link = await openByHand(platform, bot);
    expect(platform.sockets(bot.appId)).toEqual([{ since: clock.now(), pings: 0, ready: false }]);
    link.ping();
    link.ping();
    const answered = new Promise((resolve) => link.socket.once('pong', resolve));
    link.socket.ping();
    await answered;
    expect(platform.sockets(bot.appId)).toMatchObject([{ pings: 2, ready: true }]);
  });
});

describe('frames', () => {
  test.each([
    ['in-order', 3],
    ['reversed', 3],
    ['in-order', 1],
  ] as const)('%s of %i parts reach the real SDK as one event, acked once', async (order, parts) => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    Object.assign(platform.faults(bot.appId).frames, { order, parts });
    const texts: string[] = [];
    sdkLink(platform, bot, { onMessage: (event: MessageEvent) => void texts.push(event.message.content) });
    await connected(platform, bot);
    platform.say(bot.appId, user, '分成几段的消息');
    await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 1 }]));
    expect(texts).toEqual(['{"text":"分成几段的消息"}']);
    expect(platform.records(bot.appId).acks).toHaveLength(1);
  });

  test('cut in parts have one message_id, their number and their place', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    Object.assign(platform.faults(bot.appId).frames, { order: 'reversed', parts: 3 });
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    platform.say(bot.appId, newUser(), 'hi');
    await eventually(() => expect(link.pushed()).toHaveLength(3));
    expect(link.pushed().map((frame) => headersOf(frame, 'type', 'sum', 'seq'))).toEqual([
      ['event', '3', '2'],
      ['event', '3', '1'],
      ['event', '3', '0'],
    ]);
    expect(new Set(link.pushed().map((frame) => headersOf(frame, 'message_id')[0])).size).toBe(1);
    const whole = Buffer.concat([...link.pushed()].reverse().map(({ payload }) => payload)).toString();
    expect(JSON.parse(whole)).toMatchObject({ event: { message: { content: '{"text":"hi"}' } } });
  });

  test('sent twice reach the real SDK twice, with one event_id and two acks', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.faults(bot.appId).frames.copies = 2;
    const ids: string[] = [];
    sdkLink(platform, bot, { onMessage: ({ event_id }) => void ids.push(event_id) });
    await connected(platform, bot);
    platform.say(bot.appId, newUser(), 'hi');
    await eventually(() =>
      expect(platform.records(bot.appId).acks).toMatchObject([{ inTime: true }, { inTime: true }]),
    );
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 1 }]);
  });

  test('of a click can be of type card, which the real SDK ignores; messages stay events', async () => {
    const clock = manualClock();
    const platform = await startPlatform({ clock });
    const [bot, user] = [addBot(platform), newUser()];
    platform.faults(bot.appId).frames.clickType = 'card';
    const id = await sendCard(platform, bot, user, card('t', button('a', { token: 'x' })));
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    platform.say(bot.appId, user, 'hi');
    const pressed = platform.press(bot.appId, user, id, 'button_1');
    await eventually(() => expect(link.pushed()).toHaveLength(2));
    expect(link.pushed().map((frame) => [headersOf(frame, 'type')[0], eventIn(frame).header.event_type])).toEqual([
      ['event', 'im.message.receive_v1'],
      ['card', 'card.action.trigger'],
    ]);
    for (const frame of link.pushed()) link.ack(frame, '{"code":200}');
    expect(await pressed).toEqual({ answered: true, toast: null });

    link.socket.terminate();
    await connected(platform, bot, 0);
    const clicks: unknown[] = [];
    sdkLink(platform, bot, { onClick: async ({ action }) => void clicks.push(action.value) });
    await connected(platform, bot);
    const ignored = platform.press(bot.appId, user, id, 'button_1');
    await clock.advance(3_000);
    expect((await ignored).answered).toBe(false);
    expect(clicks).toEqual([]);
  });

  test('pushed with the answer to the upgrade are lost on the real SDK, and come again', async () => {
    const clock = manualClock();
    const platform = await startPlatform({ clock });
    const [bot, user] = [addBot(platform), newUser()];
    platform.say(bot.appId, user, 'early');
    platform.faults(bot.appId).pushBeforePing = true;
    const texts: string[] = [];
    sdkLink(platform, bot, { onMessage: (event) => void texts.push(event.message.content) });
    await eventually(() => expect(platform.sockets(bot.appId)).toMatchObject([{ pings: 1 }]));
    expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'pushed', pushes: 1 }]);
    expect(texts).toEqual([]);
    await clock.advance(3_000 + 15_000);
    await eventually(() => expect(texts).toEqual(['{"text":"early"}']));
    expect(platform.deliveries(bot.appId)).toMatchObject([{ pushes: 2 }]);
  });

  test('with 53-bit numbers come back unchanged', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    for (let n = 0; n < 20; n += 1) platform.say(bot.appId, newUser(), `${n}`);
    await eventually(() => expect(link.pushed()).toHaveLength(20));
    expect(link.pushed().some(({ seqId }) => seqId > 2 ** 32)).toBe(true);
    for (const frame of link.pushed())
      link.socket.send(encodeFrame({ ...frame, payload: Buffer.from('{"code":200}') }));
    await eventually(() => expect(platform.deliveries(bot.appId).every(({ state }) => state === 'acked')).toBe(true));
    // The header is optional.
    expect(platform.records(bot.appId).acks[0]?.bizRtMs).toBeNull();
  });
});
