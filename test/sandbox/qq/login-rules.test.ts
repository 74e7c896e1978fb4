/** What the gateway refuses and when it closes, on a clock that only the test moves. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import { manualClock, type ManualClock } from '../../healing/manual-clock.ts';
import { APP, dial, eventually, greet, identify, INTENTS, rest, resume, tokenFor } from './client.ts';

let clock: ManualClock;
let platform: QqPlatform;
beforeEach(async () => {
  clock = manualClock();
  platform = new QqPlatform({ clock, idleMs: 60_000, reconnectGraceMs: 10_000 });
  platform.addBot(APP);
  await platform.start();
});
afterEach(() => platform.stop());

const tryIdentify = async (token?: string) => {
  const { wire, token: good } = await greet(platform);
  wire.send({ op: 2, d: { token: `QQBot ${token ?? good}`, intents: INTENTS, shard: [0, 1] } });
  return wire;
};

it('answers a bad token with op 9 and 4903 after a grace, when told to', async () => {
  platform.setRules(APP.appId, { badToken: 'op9' });
  const wire = await tryIdentify('nonsense');
  expect(await wire.frame(({ op }) => op === 9)).toEqual({ op: 9, d: false });
  expect(platform.sockets(APP.appId)).toBe(1);
  await clock.advance(10_000);
  expect((await wire.closed).code).toBe(4903);
});

it.each([
  { rule: 4006 as const, code: 4006 },
  { rule: 4902 as const, code: 4902 },
  { rule: 'op9' as const, code: 4903 },
])('closes a Resume of an unknown session with $code for the rule $rule', async ({ rule, code }) => {
  platform.setRules(APP.appId, { unknownSession: rule });
  const wire = await resume(platform, 'no-such-session', 1);
  if (rule === 'op9') {
    await wire.frame(({ op }) => op === 9);
    await clock.advance(10_000);
  }
  expect((await wire.closed).code).toBe(code);
});

it('counts the sessions of a day, tells how many are left, and refuses one too many', async () => {
  platform.setRules(APP.appId, { sessionStarts: 2 });
  const left = async (): Promise<unknown> =>
    (await rest(platform, await tokenFor(platform), 'GET', '/gateway/bot')).body['session_start_limit'];
  await identify(platform);
  expect(await left()).toMatchObject({ total: 2, remaining: 1 });
  await identify(platform);
  expect(await left()).toMatchObject({ remaining: 0 });
  const refused = await tryIdentify();
  await refused.frame(({ op }) => op === 9);
  await clock.advance(10_000);
  expect((await refused.closed).code).toBe(4903);
  await clock.advance(86_400_000);
  await identify(platform);
});

it('takes one Identify in five seconds when told to, and any number of Resumes', async () => {
  platform.setRules(APP.appId, { identifiesPer5s: 1 });
  const { sessionId } = await identify(platform);
  expect((await (await tryIdentify()).closed).code).toBe(4008);
  await (await resume(platform, sessionId, 1)).event('RESUMED');
  await clock.advance(5_000);
  await identify(platform);
});

it('closes an idle socket by its own clock, and keeps one that is logged in', async () => {
  const { wire: idle } = await greet(platform);
  const { wire } = await identify(platform);
  await clock.advance(59_999);
  expect(platform.sockets(APP.appId)).toBe(2);
  await clock.advance(1);
  expect((await idle.closed).code).toBe(4009);
  expect([platform.sockets(APP.appId), platform.connections(APP.appId), wire.frames.length]).toEqual([1, 1, 2]);
});

it('closes with 4009 whoever stays after op 7, by its own clock', async () => {
  const { wire } = await identify(platform);
  platform.askToReconnect(APP.appId);
  await wire.frame(({ op }) => op === 7);
  await clock.advance(10_000);
  expect((await wire.closed).code).toBe(4009);
});

it('acknowledges a heartbeat that tells its number in another place', async () => {
  const { wire } = await identify(platform);
  wire.send({ op: 1, s: 1 });
  await wire.frame(({ op }) => op === 11);
});

it('lets no token live beyond its two hours, while an open socket lives on', async () => {
  const { wire, token, sessionId } = await identify(platform);
  await clock.advance(7_200_000);
  expect((await rest(platform, token, 'GET', '/users/@me')).status).toBe(401);
  wire.send({ op: 1, d: 1 });
  await wire.frame(({ op }) => op === 11);
  const late = dial(String((await rest(platform, await tokenFor(platform), 'GET', '/gateway')).body['url']));
  await late.frame(({ op }) => op === 10);
  late.send({ op: 6, d: { token: `QQBot ${token}`, session_id: sessionId, seq: 1 } });
  expect((await late.closed).code).toBe(4004);
});

it('shows each open socket with its session and its heartbeats, and how many there are an interval', async () => {
  const began = clock.now();
  const { wire, sessionId } = await identify(platform);
  const { wire: idle } = await greet(platform);
  for (let beat = 1; beat <= 4; beat++) {
    wire.send({ op: 1, d: 1 });
    await eventually(() => expect(platform.frames(APP.appId).filter(({ op }) => op === 1)).toHaveLength(beat));
    await clock.advance(41_250 / 4);
  }
  idle.send({ op: 1, d: null });
  await eventually(() => expect(platform.openSockets(APP.appId)[1]?.heartbeats).toEqual([clock.now()]));
  const [first, second] = platform.openSockets(APP.appId);
  expect(first).toMatchObject({
    sessionId,
    openedAt: began,
    heartbeats: [0, 1, 2, 3].map((n) => began + n * (41_250 / 4)),
  });
  expect(second).toMatchObject({ sessionId: null });
  expect(platform.frames(APP.appId).map(({ op, socket }) => [op, socket])).toEqual([
    [2, first?.id],
    ...[1, 1, 1, 1].map((op) => [op, first?.id]),
    [1, second?.id],
  ]);
  expect(platform.heartbeatRate(APP.appId, began)).toBeCloseTo(5, 5);
});
