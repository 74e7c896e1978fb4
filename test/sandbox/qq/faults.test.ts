import { afterEach, beforeEach, expect, it } from 'vitest';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import {
  APP,
  askToken,
  dial,
  eventually,
  greet,
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
  platform = new QqPlatform({ reconnectGraceMs: 50 });
  platform.addBot(APP);
  platform.addBot(OTHER);
  await platform.start();
});
afterEach(() => platform.stop());

const gatewayUrl = async (bot = APP): Promise<string> =>
  String((await rest(platform, await tokenFor(platform, bot), 'GET', '/gateway')).body['url']);

it.each([1000, 4004, 4008, 4009, 4902, 4914])(
  "closes the sockets of one bot with %i and leaves the other's alone",
  async (code) => {
    const { wire } = await identify(platform);
    await identify(platform, OTHER);
    platform.closeSockets(APP.appId, code, 'because');
    expect(await wire.closed).toEqual({ code, reason: 'because' });
    expect([platform.connections(APP.appId), platform.connections(OTHER.appId)]).toEqual([0, 1]);
  },
);

it('asks to reconnect with op 7 and closes with 4009 when the client stays', async () => {
  const { wire } = await identify(platform);
  platform.askToReconnect(APP.appId);
  await wire.frame(({ op }) => op === 7);
  expect((await wire.closed).code).toBe(4009);
});

it('refuses every Resume with a code while it accepts an Identify', async () => {
  const { sessionId } = await identify(platform);
  platform.setFaults(APP.appId, { resume: { kind: 'close', code: 4902 } });
  expect((await (await resume(platform, sessionId, 1)).closed).code).toBe(4902);
  await identify(platform);
});

it('answers a Resume with op 9 and leaves the socket open', async () => {
  const { sessionId } = await identify(platform);
  platform.setFaults(APP.appId, { resume: { kind: 'op9', resumable: false } });
  const again = await resume(platform, sessionId, 1);
  expect(await again.frame(({ op }) => op === 9)).toEqual({ op: 9, d: false });
  again.send({ op: 1, d: 1 });
  await again.frame(({ op }) => op === 11);
  expect(platform.sockets(APP.appId)).toBe(2);
});

it('answers an Identify with op 9 and closes with 4903 when told so', async () => {
  platform.setFaults(APP.appId, { identify: { kind: 'op9', resumable: false, thenClose: 4903 } });
  const { wire, token } = await greet(platform);
  wire.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS } });
  expect((await wire.closed).code).toBe(4903);
  expect(wire.frames.at(-1)).toEqual({ op: 9, d: false });
});

it('takes an Identify and never says READY', async () => {
  platform.setFaults(APP.appId, { identify: { kind: 'silence' } });
  const { wire, token } = await greet(platform);
  wire.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS } });
  wire.send({ op: 1, d: null });
  await wire.frame(({ op }) => op === 11);
  expect(wire.frames.map(({ op }) => op)).toEqual([10, 11]);
  expect([platform.sockets(APP.appId), platform.connections(APP.appId)]).toEqual([1, 0]);
});

it('withholds ACKs and still delivers events', async () => {
  const { wire } = await identify(platform);
  platform.setFaults(APP.appId, { acks: 'withheld' });
  wire.send({ op: 1, d: 1 });
  await eventually(() => expect(platform.frames(APP.appId).at(-1)).toMatchObject({ op: 1, d: 1 }));
  platform.say(APP.appId, USER, 'still here');
  await wire.event('C2C_MESSAGE_CREATE');
  expect(wire.frames.some(({ op }) => op === 11)).toBe(false);
});

it('refuses the upgrade of one bot, and lets the other in', async () => {
  platform.setFaults(APP.appId, { connect: 'refuse' });
  expect((await dial(await gatewayUrl()).closed).code).toBe(1006);
  await identify(platform, OTHER);
});

it('leaves an upgrade without an answer, or says no Hello after it', async () => {
  const url = await gatewayUrl();
  platform.setFaults(APP.appId, { connect: 'no_hello' });
  const mute = dial(url);
  await eventually(() => expect(platform.sockets(APP.appId)).toBe(1));
  platform.setFaults(APP.appId, { connect: 'hang' });
  const hung = dial(url);
  await identify(platform, OTHER);
  expect(platform.sockets(APP.appId)).toBe(1);
  expect([mute.frames, hung.frames]).toEqual([[], []]);
  await platform.stop();
  expect([(await mute.closed).code, (await hung.closed).code]).toEqual([1006, 1006]);
});

it('fails the gateway address and the token as told, for one bot', async () => {
  const token = await tokenFor(platform);
  platform.setFaults(APP.appId, {
    gatewayUrl: { kind: 'answer', status: 500, body: { code: 50055001, message: 'x' } },
    token: { kind: 'answer', status: 200, body: { code: 100001, message: 'too many requests' } },
  });
  expect((await rest(platform, token, 'GET', '/gateway')).status).toBe(500);
  expect(await askToken(platform, { appId: APP.appId, clientSecret: APP.secret })).toMatchObject({
    status: 200,
    body: { code: 100001 },
  });
  expect((await rest(platform, await tokenFor(platform, OTHER), 'GET', '/gateway')).status).toBe(200);
});

it('fails the next sends as told and then works again', async () => {
  const token = await tokenFor(platform);
  const send = () => rest(platform, token, 'POST', `/v2/users/${USER}/messages`, { content: 'x' });
  platform.failSends(APP.appId, 2, { kind: 'answer', status: 504, body: { code: 1, message: 'gone' } });
  expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([504, 504, 200]);
  expect(platform.conversation(APP.appId, USER)).toHaveLength(1);
});

it('cuts everybody off in an outage and lets them back after it', async () => {
  const { wire, sessionId } = await identify(platform);
  platform.setOutage(true);
  expect((await wire.closed).code).toBe(1006);
  await expect(tokenFor(platform)).rejects.toThrow('fetch failed');
  platform.setOutage(false);
  await (await resume(platform, sessionId, 1)).event('RESUMED');
});

it('starts again on the same port with all that it knew', async () => {
  const { sessionId } = await identify(platform);
  const { url } = platform;
  await platform.stop();
  await platform.start();
  expect(platform.url).toBe(url);
  await (await resume(platform, sessionId, 1)).event('RESUMED');
});
