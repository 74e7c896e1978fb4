import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { CONTROL, DATA, headerOf } from '../../../sandbox/feishu/frames.ts';
import type { FeishuPlatform } from '../../../sandbox/feishu/platform.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import { openByHand } from './by-hand.ts';
import {
  addBot,
  call,
  connected,
  CREATE,
  eventually,
  FAST,
  newUser,
  sdkLink,
  startPlatform,
  tokenOf,
  type MessageEvent,
} from './fixture.ts';

describe('the real SDK on the long connection', () => {
  test('gets a message that a person wrote and acks it', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const events: MessageEvent[] = [];
    sdkLink(platform, bot, { onMessage: (event) => void events.push(event) });
    await connected(platform, bot);

    const said = platform.say(bot.appId, user, '状态', { at: 1_760_000_000_000 });

    await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 1 }]));
    expect(events).toMatchObject([
      {
        message: { message_id: said.id, chat_type: 'p2p', content: '{"text":"状态"}', create_time: '1760000000000' },
        sender: { sender_type: 'user', sender_id: { open_id: user } },
      },
    ]);
    expect(platform.conversation(bot.appId, user)).toEqual([
      { id: said.id, from: 'user', user, text: '状态', at: 1_760_000_000_000 },
    ]);
  });

  test('gets an event again, the same one, when its handler failed or was too slow', async () => {
    const platform = await startPlatform({ ackTimeoutMs: 300, redeliveryMs: [20, 20, 20, 20] });
    const bot = addBot(platform);
    const seen: string[] = [];
    const waits: (() => void)[] = [];
    sdkLink(platform, bot, {
      onMessage: async (event) => {
        seen.push(event.event_id);
        if (seen.length === 1) throw new Error('handler failed');
        if (seen.length === 2) await new Promise<void>((resolve) => waits.push(resolve));
      },
    });
    await connected(platform, bot);

    platform.say(bot.appId, newUser(), 'hello');

    await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'acked', pushes: 3 }]));
    for (const release of waits) release();
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(1);
  });

  test('is not asked for ever: after the schedule the event is given up', async () => {
    const platform = await startPlatform({ redeliveryMs: [5, 5, 5, 5] });
    const bot = addBot(platform);
    sdkLink(platform, bot, {
      onMessage: () => {
        throw new Error('never works');
      },
    });
    await connected(platform, bot);
    platform.say(bot.appId, newUser(), 'hello');
    await eventually(() => expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'given-up', pushes: 5 }]));
  });

  test('gets what was written while it was away', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const texts: string[] = [];
    platform.say(bot.appId, user, 'anybody there?');
    expect(platform.deliveries(bot.appId)).toMatchObject([{ state: 'queued', pushes: 0 }]);
    sdkLink(platform, bot, { onMessage: (event) => void texts.push(event.message.content) });
    await eventually(() => expect(texts).toEqual(['{"text":"anybody there?"}']));
  });

  test('a message said again with the same id is the same event, and once in the conversation', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const events: MessageEvent[] = [];
    sdkLink(platform, bot, { onMessage: (event) => void events.push(event) });
    await connected(platform, bot);
    platform.say(bot.appId, user, '/restart', { id: 'om_twice' });
    platform.say(bot.appId, user, '/restart', { id: 'om_twice' });
    await eventually(() => expect(events.map((event) => event.message.message_id)).toEqual(['om_twice', 'om_twice']));
    expect(new Set(events.map((event) => event.event_id)).size).toBe(1);
    expect(platform.conversation(bot.appId, user)).toHaveLength(1);
  });

  test('one of several clients of an app gets each event, and no client of another app', async () => {
    const platform = await startPlatform();
    const [bot, other] = [addBot(platform), addBot(platform)];
    const got: Record<string, number> = { first: 0, second: 0, other: 0 };
    const count = (name: string) => ({ onMessage: () => void (got[name] = (got[name] ?? 0) + 1) });
    sdkLink(platform, bot, count('first'));
    sdkLink(platform, bot, count('second'));
    sdkLink(platform, other, count('other'));
    await connected(platform, bot, 2);
    await connected(platform, other);
    for (let n = 0; n < 40; n += 1) platform.say(bot.appId, newUser(), `message ${n}`);
    await eventually(() => expect((got['first'] ?? 0) + (got['second'] ?? 0)).toBe(40));
    expect(got['first']).toBeGreaterThan(0);
    expect(got['second']).toBeGreaterThan(0);
    expect(got['other']).toBe(0);
  });
});

describe('a click on a card', () => {
  const CARD = { schema: '2.0', header: { title: { tag: 'plain_text', content: 'Restart?' } }, body: { elements: [] } };
  const withCard = async (platform: FeishuPlatform, bot: BotAccount, user: string): Promise<string> => {
    const { body } = await call(
      platform,
      'POST',
      CREATE,
      { receive_id: user, msg_type: 'interactive', content: JSON.stringify(CARD) },
      await tokenOf(platform, bot),
    );
    return String(body.data?.['message_id']);
  };

  test('is answered by the client, whose new card takes the place of the old one', async () => {
    const platform = await startPlatform();
    const [bot, user] = [addBot(platform), newUser()];
    const done = { ...CARD, header: { title: { tag: 'plain_text', content: 'Restarted' } } };
    const answer = { toast: { type: 'success', content: 'ok' }, card: { type: 'raw', data: done } };
    const clicks: unknown[] = [];
    sdkLink(platform, bot, {
      onClick: async ({ action, operator }) => {
        clicks.push([action.value, operator.open_id]);
        return answer;
      },
    });
    await connected(platform, bot);
    const messageId = await withCard(platform, bot, user);

    expect(await platform.click(bot.appId, user, messageId, { do: 'restart' })).toEqual({
      outcome: 'answered',
      answer,
    });
    expect(clicks).toEqual([[{ do: 'restart' }, user]]);
    expect(platform.conversation(bot.appId, user).map((message) => message.text)).toEqual(['Restarted']);
  });

  test('fails for the person when the answer is late or nobody is there, and is never repeated', async () => {
    const platform = await startPlatform({ ackTimeoutMs: 100, redeliveryMs: [1, 1, 1, 1] });
    const [bot, user] = [addBot(platform), newUser()];
    const messageId = await withCard(platform, bot, user);
    expect(await platform.click(bot.appId, user, messageId, {})).toEqual({ outcome: 'failed', code: 200342 });

    let clicks = 0;
    const waits: (() => void)[] = [];
    sdkLink(platform, bot, {
      onClick: () => {
        clicks += 1;
        return new Promise<void>((resolve) => waits.push(resolve));
      },
    });
    await connected(platform, bot);
    expect(await platform.click(bot.appId, user, messageId, {})).toEqual({ outcome: 'failed', code: 200341 });
    for (const release of waits) release();
    expect(clicks).toBe(1);
  });
});

describe('the frames by hand', () => {
  test('the address has device_id and service_id, but not in the first place', async () => {
    const platform = await startPlatform();
    const { url } = await openByHand(platform, addBot(platform));
    const names = [...url.searchParams.keys()];
    expect(names).toEqual(expect.arrayContaining(['device_id', 'service_id', 'ticket']));
    expect(['device_id', 'service_id']).not.toContain(names[0]);
  });

  test('nothing comes before the first ping; each pong carries all four numbers', async () => {
    const platform = await startPlatform();
    const bot = addBot(platform);
    platform.say(bot.appId, newUser(), 'early');
    const link = await openByHand(platform, bot);
    await new Promise((resolve) => {
      link.socket.once('pong', resolve);
      link.socket.ping();
    });
    expect(link.frames).toEqual([]);
    expect(platform.connections(bot.appId)).toBe(0);

    link.ping();
    await eventually(() => expect(link.frames).toHaveLength(2));
    const pong = link.frames.find((frame) => frame.method === CONTROL);
    const event = link.frames.find((frame) => frame.method === DATA);
    expect(pong && headerOf(pong, 'type')).toBe('pong');
    expect(JSON.parse(Buffer.from(pong?.payload ?? []).toString())).toEqual({ ReconnectCount: -1, ...FAST });
    expect(event?.headers.map((header) => header.key)).toEqual(['type', 'message_id', 'sum', 'seq', 'trace_id']);
  });

  test('a ticket opens one connection; without one the upgrade is refused with the handshake headers', async () => {
    const platform = await startPlatform();
    const { url } = await openByHand(platform, addBot(platform));
    const again = new WebSocket(url);
    onTestFinished(() => again.terminate());
    again.on('error', () => undefined);
    const status = await new Promise((resolve) =>
      again.once('unexpected-response', (_request, response) =>
        resolve([response.statusCode, response.headers['handshake-status']]),
      ),
    );
    expect(status).toEqual([403, '514']);
  });

  test('bytes that are no frame end the connection', async () => {
    const platform = await startPlatform();
    const { socket } = await openByHand(platform, addBot(platform));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('not a frame');
    expect(await closed).toBe(1002);
  });
});
