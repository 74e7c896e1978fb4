/** The fault stories, seen by a bare client. */
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import { QQ_SCRIPTS } from '../../../sandbox/qq/scripts/player.ts';
import { manualClock, type ManualClock } from '../../healing/manual-clock.ts';
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
  type Reply,
  type Wire,
} from './client.ts';

let clock: ManualClock;
let platform: QqPlatform;
beforeEach(async () => {
  clock = manualClock();
  platform = new QqPlatform({ clock });
  platform.addBot(APP);
  platform.addBot(OTHER);
  await platform.start();
});
afterEach(() => platform.stop());

const play = (id: string, options?: Parameters<QqPlatform['scripts']['play']>[2]) =>
  platform.scripts.play(APP.appId, id, options);
const gatewayUrl = async (): Promise<string> =>
  String((await rest(platform, await tokenFor(platform), 'GET', '/gateway')).body['url']);
const push = async (body: object = { content: 'x' }): Promise<Reply> =>
  rest(platform, await tokenFor(platform), 'POST', `/v2/users/${USER}/messages`, body);
const phone = (): string[] => platform.conversation(APP.appId, USER).map(({ text }) => text);
const messages = ({ frames }: Wire): [number | undefined, unknown][] =>
  frames
    .filter(({ t }) => t === 'C2C_MESSAGE_CREATE')
    .map(({ s, d }) => [s, (d as { content: string } | undefined)?.content]);

it('there are no two of one name, and each says what happens', () => {
  expect(new Set(QQ_SCRIPTS.map(({ id }) => id)).size).toBe(QQ_SCRIPTS.length);
  for (const { about } of QQ_SCRIPTS) expect(about).toMatch(/^[A-Z].*\.$/);
});

it('an unknown name is told with those there are', async () => {
  await expect(play('nonsense')).rejects.toThrow(/no QQ script "nonsense"; there are close_1000, /);
});

describe('a connection', () => {
  it.each([1000, 1006, 4004, 4006, 4007, 4008, 4009, 4013, 4014, 4902, 4903, 4914, 4915])(
    'is closed with %i, for one bot',
    async (code) => {
      const { wire } = await identify(platform);
      await identify(platform, OTHER);
      await play(`close_${code}`);
      expect((await wire.closed).code).toBe(code);
      expect(platform.connections(OTHER.appId)).toBe(1);
    },
  );

  it('is closed, and every Resume refused with 4902 until the end', async () => {
    const { wire, sessionId } = await identify(platform);
    const end = await play('resume_refused_4902');
    expect((await wire.closed).code).toBe(4009);
    for (let n = 0; n < 3; n++) expect((await (await resume(platform, sessionId, 1)).closed).code).toBe(4902);
    await end();
    await (await resume(platform, sessionId, 1)).event('RESUMED');
  });

  it('is closed, and every Resume gets op 9 and no close', async () => {
    const { sessionId } = await identify(platform);
    await play('resume_op9');
    const again = await resume(platform, sessionId, 1);
    expect(await again.frame(({ op }) => op === 9)).toEqual({ op: 9, d: false });
    await clock.advance(3_600_000);
    again.send({ op: 1, d: 1 });
    await again.frame(({ op }) => op === 11);
  });

  it.each([
    { id: 'no_upgrade', seen: [] },
    { id: 'no_hello', seen: [] },
    { id: 'no_ready', seen: [10] },
  ])('is lost and new ones hang: $id', async ({ id, seen }) => {
    const { wire } = await identify(platform);
    const end = await play(id);
    expect((await wire.closed).code).toBe(1006);
    const token = await tokenFor(platform);
    const hung = dial(await gatewayUrl());
    if (id === 'no_ready') {
      await hung.frame(({ op }) => op === 10);
      hung.send({ op: 2, d: { token: `QQBot ${token}`, intents: INTENTS } });
    }
    // Nothing tells when an upgrade that is never answered has arrived, so only this while of it can be looked at.
    if (id === 'no_upgrade') {
      await expect(Promise.race([hung.closed, pause(500, 'nothing')])).resolves.toBe('nothing');
      expect(hung.frames).toEqual([]);
    }
    if (id === 'no_hello') await eventually(() => expect(platform.sockets(APP.appId)).toBe(1));
    if (id === 'no_ready')
      await eventually(() => expect(platform.frames(APP.appId).filter(({ op }) => op === 2)).toHaveLength(2));
    await end();
    await identify(platform);
    await clock.advance(3_600_000);
    if (id !== 'no_upgrade') expect(hung.frames.map(({ op }) => op)).toEqual(seen);
    hung.end();
    await eventually(() => expect(platform.sockets(APP.appId)).toBe(1));
  });

  it('is closed with 4009 every half an hour until the end, and at another pace when told so', async () => {
    const end = await play('routine_4009');
    for (let cycle = 0; cycle < 3; cycle++) {
      const { wire } = await identify(platform);
      await clock.advance(1_799_999);
      expect(platform.connections(APP.appId)).toBe(1);
      await clock.advance(1);
      expect((await wire.closed).code).toBe(4009);
    }
    await end();
    await identify(platform);
    await clock.advance(7_200_000);
    expect(platform.connections(APP.appId)).toBe(1);
    await play('routine_4009', { everyMs: 50 });
    await clock.advance(50);
    expect(platform.connections(APP.appId)).toBe(0);
  });

  it('is left alone by a story that began before the platform was stopped', async () => {
    await play('routine_4009', { everyMs: 1_000 });
    await platform.stop();
    await platform.start();
    await identify(platform);
    await clock.advance(10_000);
    expect(platform.connections(APP.appId)).toBe(1);
  });

  it("is asked to reconnect, and the client's own close comes back as 4009", async () => {
    const { wire } = await identify(platform);
    const end = await play('op7_answered_4009');
    await wire.frame(({ op }) => op === 7);
    wire.close(1000);
    expect((await wire.closed).code).toBe(4009);
    await end();
    const { wire: next } = await identify(platform);
    next.close(1000);
    expect((await next.closed).code).toBe(1000);
  });
});

describe('a session', () => {
  it('misses one ACK and gets the next', async () => {
    const { wire } = await identify(platform);
    await play('ack_lost_once');
    wire.send({ op: 1, d: 1 });
    await eventually(() => expect(platform.frames(APP.appId).at(-1)).toMatchObject({ op: 1 }));
    expect(wire.frames.map(({ op }) => op)).toEqual([10, 0]);
    wire.send({ op: 1, d: 1 });
    await wire.frame(({ op }) => op === 11);
  });

  it('gets no ACK until the end', async () => {
    const { wire } = await identify(platform);
    const end = await play('acks_withheld');
    for (const beats of [1, 2]) {
      wire.send({ op: 1, d: 1 });
      await eventually(() => expect(platform.frames(APP.appId).filter(({ op }) => op === 1)).toHaveLength(beats));
    }
    await end();
    wire.send({ op: 1, d: 1 });
    await wire.frame(({ op }) => op === 11);
    expect(wire.frames.filter(({ op }) => op === 11)).toHaveLength(1);
  });

  it('is half dead: ACKs, and Resumes, and no event until a new session', async () => {
    const { wire, sessionId } = await identify(platform);
    await play('half_dead');
    platform.say(APP.appId, USER, 'unheard');
    wire.send({ op: 1, d: 1 });
    await wire.frame(({ op }) => op === 11);
    wire.end();
    await wire.closed;
    await eventually(() => expect(platform.connections(APP.appId)).toBe(0));
    platform.say(APP.appId, USER, 'kept for a session that hears');
    const again = await resume(platform, sessionId, 1);
    await again.event('RESUMED');
    platform.say(APP.appId, USER, 'unheard as well');
    const { wire: fresh } = await identify(platform);
    platform.say(APP.appId, USER, 'heard');
    await eventually(() => expect(messages(fresh)).toHaveLength(2));
    expect([messages(wire), messages(again), messages(fresh)]).toEqual([
      [],
      [],
      [
        [2, 'kept for a session that hears'],
        [3, 'heard'],
      ],
    ]);
  });

  it('gets every event twice, under the same ids and two numbers', async () => {
    const { wire } = await identify(platform);
    const end = await play('events_duplicated');
    platform.say(APP.appId, USER, 'a');
    await end();
    platform.say(APP.appId, USER, 'b');
    await eventually(() =>
      expect(messages(wire)).toEqual([
        [2, 'a'],
        [3, 'a'],
        [4, 'b'],
      ]),
    );
    const [first, second] = wire.frames.filter(({ t }) => t === 'C2C_MESSAGE_CREATE');
    expect([second?.id, second?.d]).toEqual([first?.id, first?.d]);
  });

  it('gets events out of order, and a last one in the end', async () => {
    const { wire } = await identify(platform);
    await play('events_swapped');
    for (const text of ['a', 'b', 'c']) platform.say(APP.appId, USER, text);
    await eventually(() =>
      expect(messages(wire)).toEqual([
        [3, 'b'],
        [2, 'a'],
      ]),
    );
    await clock.advance(500);
    await eventually(() =>
      expect(messages(wire)).toEqual([
        [3, 'b'],
        [2, 'a'],
        [4, 'c'],
      ]),
    );
  });

  it('gets everything again with the Resume', async () => {
    const { wire, sessionId } = await identify(platform);
    platform.say(APP.appId, USER, 'a');
    await wire.event('C2C_MESSAGE_CREATE');
    const end = await play('replay_everything');
    const again = await resume(platform, sessionId, 2);
    await again.event('RESUMED');
    expect(messages(again)).toEqual([[2, 'a']]);
    await end();
    again.end();
    const third = await resume(platform, sessionId, 3);
    await third.event('RESUMED');
    expect(messages(third)).toEqual([]);
  });

  it.each([
    {
      id: 'unknown_event',
      frame: { op: 0, s: 2, t: 'SOMETHING_NEW', d: { surprise: true }, id: expect.any(String) as string },
    },
    { id: 'unknown_op', frame: { op: 99, d: {} } },
    { id: 'missing_d', frame: { op: 0, s: 2, t: 'C2C_MESSAGE_CREATE', id: expect.any(String) as string } },
  ])('gets something odd: $id', async ({ id, frame }) => {
    const { wire } = await identify(platform);
    await play(id);
    await eventually(() => expect(wire.frames.at(-1)).toEqual(frame));
  });
});

describe('a send', () => {
  it.each([
    { id: 'send_429', status: 429, arrives: false },
    { id: 'send_html_502', status: 502, arrives: false },
    { id: 'send_audited', status: 201, arrives: true },
    { id: 'send_401', status: 401, arrives: false },
    { id: 'send_refused', status: 500, arrives: false },
  ])('$id: HTTP $status once, then all is well', async ({ id, status, arrives }) => {
    await play(id);
    const token = await tokenFor(platform);
    const answer = await fetch(`${platform.url}/v2/users/${USER}/messages`, {
      method: 'POST',
      headers: { authorization: `QQBot ${token}` },
      body: JSON.stringify({ content: 'first' }),
    });
    expect([answer.status, (await answer.text()).length > 0]).toEqual([status, true]);
    expect((await push({ content: 'second' })).status).toBe(200);
    expect(phone()).toEqual(arrives ? ['first', 'second'] : ['second']);
  });

  it.each([40034100, 40034102, 40034105, 40054004, 40054010, 40054013, 40054016, 1100101, 304064])(
    'is refused with %i as often as told',
    async (code) => {
      await play('send_refused', { code, times: 2 });
      const answers = [await push(), await push(), await push()];
      expect(answers.map(({ body }) => body['err_code'] ?? 'ok')).toEqual([code, code, 'ok']);
      expect(answers[0]?.body).toMatchObject({ code, message: expect.not.stringContaining('unknown') as string });
    },
  );

  it('arrives and is never answered', async () => {
    await play('send_answer_lost');
    const patience = new AbortController();
    const lost = fetch(`${platform.url}/v2/users/${USER}/messages`, {
      method: 'POST',
      headers: { authorization: `QQBot ${await tokenFor(platform)}` },
      body: JSON.stringify({ content: 'x' }),
      signal: patience.signal,
    });
    await eventually(() => expect(phone()).toEqual(['x']));
    patience.abort();
    await expect(lost).rejects.toThrow('aborted');
  });

  it('meets a switch that is off until the end, with the events of both', async () => {
    const { wire } = await identify(platform);
    await expect(play('pushes_switched_off')).rejects.toThrow('needs a user');
    const end = await play('pushes_switched_off', { user: USER });
    await wire.event('C2C_MSG_REJECT');
    expect((await push()).body['err_code']).toBe(40054013);
    await end();
    await wire.event('C2C_MSG_RECEIVE');
    expect((await push()).status).toBe(200);
  });
});

describe('the platform', () => {
  it('revokes its tokens, and issues new ones', async () => {
    const { wire, token, sessionId } = await identify(platform);
    await play('token_revoked');
    expect((await wire.closed).code).toBe(4004);
    expect((await rest(platform, token, 'GET', '/users/@me')).status).toBe(401);
    const seen = platform.frames(APP.appId).length;
    const stale = dial(await gatewayUrl());
    await stale.frame(({ op }) => op === 10);
    stale.send({ op: 6, d: { token: `QQBot ${token}`, session_id: sessionId, seq: 1 } });
    expect((await stale.closed).code).toBe(4004);
    expect(platform.frames(APP.appId).slice(seen)).toMatchObject([{ op: 6 }]);
    await (await resume(platform, sessionId, 1)).event('RESUMED');
  });

  it('throttles its token endpoint for as long as told', async () => {
    const { wire } = await identify(platform);
    await play('token_throttled', { forMs: 120_000 });
    expect((await wire.closed).code).toBe(4004);
    const ask = async (): Promise<unknown> =>
      (await askToken(platform, { appId: APP.appId, clientSecret: APP.secret })).body;
    await clock.advance(119_999);
    expect(await ask()).toMatchObject({ code: 100001 });
    expect(platform.scripts.playing(APP.appId)).toEqual(['token_throttled']);
    await clock.advance(1);
    expect(await ask()).toMatchObject({ expires_in: '7200' });
    expect(platform.scripts.playing(APP.appId)).toEqual([]);
    await identify(platform);
  });

  it('refuses connections and is back on the same port', async () => {
    const { wire, sessionId } = await identify(platform);
    const { url } = platform;
    const end = await play('unreachable');
    expect((await wire.closed).code).toBe(1006);
    const refused = await new Promise((resolve) =>
      createConnection(Number(new URL(url).port), '127.0.0.1').on('error', resolve),
    );
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    await end();
    expect(platform.url).toBe(url);
    await (await resume(platform, sessionId, 1)).event('RESUMED');
  });
});

it('several stories end together, each undone once', async () => {
  const { wire } = await greet(platform);
  const end = await play('acks_withheld');
  await play('events_duplicated');
  expect(platform.scripts.playing(APP.appId)).toEqual(['acks_withheld', 'events_duplicated']);
  await platform.scripts.end(APP.appId);
  expect(platform.scripts.playing(APP.appId)).toEqual([]);
  platform.setFaults(APP.appId, { acks: 'withheld' });
  await end();
  wire.send({ op: 1, d: null });
  await eventually(() => expect(platform.openSockets(APP.appId)[0]?.heartbeats).toHaveLength(1));
  expect(wire.frames.some(({ op }) => op === 11)).toBe(false);
});
