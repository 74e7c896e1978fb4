import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import {
  APP,
  dial,
  eventually,
  greet,
  GROUP,
  identify,
  INTENTS,
  OTHER,
  rest,
  resume,
  tokenFor,
  USER,
} from './client.ts';

let platform: QqPlatform;
beforeEach(async () => {
  platform = new QqPlatform();
  platform.addBot(APP);
  platform.addBot(OTHER);
  await platform.start();
});
afterEach(() => platform.stop());

describe('the login', () => {
  it('greets with Hello, answers Identify with READY as the platform writes it, and heartbeats with an ACK', async () => {
    const { wire } = await identify(platform);
    expect(wire.frames[0]).toEqual({ op: 10, d: { heartbeat_interval: 41_250 } });
    expect(wire.frames[1]).toEqual({
      id: expect.any(String) as string,
      op: 0,
      s: 1,
      t: 'READY',
      d: {
        version: 1,
        session_id: expect.any(String) as string,
        user: { id: APP.appId, username: APP.name, bot: true },
        shard: [0, 0],
      },
    });
    wire.send({ op: 1, d: 1 });
    expect(await wire.frame(({ op }) => op === 11)).toEqual({ op: 11 });
    expect(platform.connections(APP.appId)).toBe(1);
  });

  it('serves a client that dials the bare path, and tolerates heartbeats before Identify', async () => {
    const wire = dial(`${platform.url.replace('http', 'ws')}/websocket`);
    await wire.frame(({ op }) => op === 10);
    wire.send({ op: 1, d: null });
    await wire.frame(({ op }) => op === 11);
    wire.send({ op: 2, d: { token: `QQBot ${await tokenFor(platform)}`, intents: INTENTS, shard: [0, 1] } });
    await wire.event('READY');
    expect(platform.sockets(APP.appId)).toBe(1);
  });

  it.each([
    { why: 'an unknown token', frame: { op: 2, d: { token: 'QQBot nonsense', intents: INTENTS } }, code: 4004 },
    { why: 'the retired token form', frame: { op: 2, d: { token: 'Bot 1.abc', intents: INTENTS } }, code: 4004 },
    { why: 'an unknown opcode', frame: { op: 42 }, code: 4001 },
    { why: 'a frame without an opcode', frame: { hello: 1 }, code: 4002 },
  ])('closes with $code for $why', async ({ frame, code }) => {
    const { wire } = await greet(platform);
    wire.send(frame);
    expect((await wire.closed).code).toBe(code);
  });

  it.each([
    { why: 'intents that do not exist', intents: 1 << 3, code: 4013 },
    { why: 'no intents', intents: 0, code: 4013 },
    { why: 'intents that need a grant', intents: INTENTS | (1 << 9), code: 4014 },
  ])('closes with $code for $why', async ({ intents, code }) => {
    const { wire, token } = await greet(platform);
    wire.send({ op: 2, d: { token: `QQBot ${token}`, intents, shard: [0, 1] } });
    expect((await wire.closed).code).toBe(code);
  });

  it('closes a socket that says nothing for too long', async () => {
    await platform.stop();
    platform = new QqPlatform({ idleMs: 50 });
    platform.addBot(APP);
    await platform.start();
    const { wire } = await greet(platform);
    expect((await wire.closed).code).toBe(4009);
  });
});

describe('events', () => {
  it('brings what a person says, numbered, with an event id apart from the message id', async () => {
    const { wire } = await identify(platform);
    const said = platform.say(APP.appId, USER, 'status', { at: Date.parse('2026-11-21T10:00:00+08:00') });
    const event = await wire.event('C2C_MESSAGE_CREATE');
    expect(event).toMatchObject({
      op: 0,
      s: 2,
      d: {
        id: said.id,
        content: 'status',
        timestamp: '2026-11-21T10:00:00+08:00',
        author: { user_openid: USER, bot: false },
      },
    });
    expect(event.id).toMatch(/^C2C_MESSAGE_CREATE:/);
    expect(platform.conversation(APP.appId, USER)).toEqual([said]);
  });

  it('keeps the bots apart', async () => {
    const mine = await identify(platform);
    const other = await identify(platform, OTHER);
    platform.say(OTHER.appId, USER, 'for the other');
    await other.wire.event('C2C_MESSAGE_CREATE');
    expect(mine.wire.frames.some(({ t }) => t === 'C2C_MESSAGE_CREATE')).toBe(false);
    expect(platform.conversation(APP.appId, USER)).toEqual([]);
  });

  it('keeps what is said while nobody is connected for the next login', async () => {
    platform.say(APP.appId, USER, 'first');
    platform.say(APP.appId, USER, 'second');
    const { wire } = await identify(platform);
    await eventually(() =>
      expect(wire.frames.slice(2).map(({ s, d }) => [s, (d as { content: string }).content])).toEqual([
        [2, 'first'],
        [3, 'second'],
      ]),
    );
  });

  it('delivers the same message twice under one id, and shows it once on the phone', async () => {
    const { wire } = await identify(platform);
    const said = platform.say(APP.appId, USER, '/restart');
    platform.say(APP.appId, USER, '/restart', { id: said.id });
    await eventually(() => expect(wire.frames.filter(({ t }) => t === 'C2C_MESSAGE_CREATE')).toHaveLength(2));
    expect(platform.conversation(APP.appId, USER)).toHaveLength(1);
  });

  it('brings a mention in a group with the blanks around it', async () => {
    const { wire } = await identify(platform);
    platform.sayInGroup(APP.appId, GROUP, USER, '/status');
    expect((await wire.event('GROUP_AT_MESSAGE_CREATE')).d).toMatchObject({
      content: ' /status ',
      group_openid: GROUP,
      author: { member_openid: USER },
    });
  });

  it('tells a client only of what its intents ask for', async () => {
    const { wire, token } = await greet(platform);
    wire.send({ op: 2, d: { token: `QQBot ${token}`, intents: 1 << 26, shard: [0, 1] } });
    await wire.event('READY');
    platform.say(APP.appId, USER, 'unheard');
    void platform.click(APP.appId, USER, 'ack');
    await wire.event('INTERACTION_CREATE');
    expect(wire.frames.some(({ t }) => t === 'C2C_MESSAGE_CREATE')).toBe(false);
  });

  it('resolves a click with the code that the bot answers, and takes the answer once', async () => {
    const { wire, token } = await identify(platform);
    const clicked = platform.click(APP.appId, USER, 'ack:42', 'ROBOT1.0_m');
    const event = await wire.event('INTERACTION_CREATE');
    expect(event.d).toMatchObject({
      type: 11,
      scene: 'c2c',
      user_openid: USER,
      data: { resolved: { button_data: 'ack:42', message_id: 'ROBOT1.0_m' } },
    });
    const path = `/interactions/${(event.d as { id: string }).id}`;
    expect((await rest(platform, token, 'PUT', path, { code: 3 })).status).toBe(204);
    expect(await clicked).toBe(3);
    expect((await rest(platform, token, 'PUT', path, { code: 0 })).body['code']).toBe(630001);
  });

  it('resolves a click with null when nobody answers or nobody is there', async () => {
    await platform.stop();
    platform = new QqPlatform({ clickMs: 50 });
    platform.addBot(APP);
    await platform.start();
    expect(await platform.click(APP.appId, USER, 'ack')).toBeNull();
    await identify(platform);
    expect(await platform.click(APP.appId, USER, 'ack')).toBeNull();
  });

  it('tells listeners of every new message until they leave', () => {
    const heard: string[] = [];
    const leave = platform.onMessage((appId, { text }) => heard.push(`${appId} ${text}`));
    platform.say(APP.appId, USER, 'one');
    leave();
    platform.say(APP.appId, USER, 'two');
    expect(heard).toEqual([`${APP.appId} one`]);
  });
});

describe('Resume', () => {
  it('replays what was missed and then says RESUMED, with an empty string', async () => {
    const { wire, sessionId } = await identify(platform);
    platform.say(APP.appId, USER, 'seen');
    await wire.event('C2C_MESSAGE_CREATE');
    platform.say(APP.appId, USER, 'missed');
    platform.terminateSockets(APP.appId);
    await wire.closed;
    platform.say(APP.appId, USER, 'while away');
    const again = await resume(platform, sessionId, 2);
    expect(await again.event('RESUMED')).toMatchObject({ s: 5, d: '' });
    expect(again.frames.slice(1).map(({ s, t }) => [s, t])).toEqual([
      [3, 'C2C_MESSAGE_CREATE'],
      [4, 'C2C_MESSAGE_CREATE'],
      [5, 'RESUMED'],
    ]);
    expect(platform.connections(APP.appId)).toBe(1);
  });

  it('lets the new socket have the session and closes the old one', async () => {
    const { wire, sessionId } = await identify(platform);
    const again = await resume(platform, sessionId, 1);
    await again.event('RESUMED');
    expect((await wire.closed).code).toBe(4902);
    expect(platform.sockets(APP.appId)).toBe(1);
  });

  it("refuses a session that it does not know, that is another bot's, and a number that it never gave", async () => {
    const { sessionId } = await identify(platform);
    expect((await (await resume(platform, 'no-such-session', 1)).closed).code).toBe(4006);
    expect((await (await resume(platform, sessionId, 1, OTHER)).closed).code).toBe(4006);
    expect((await (await resume(platform, sessionId, 99)).closed).code).toBe(4007);
  });
});
