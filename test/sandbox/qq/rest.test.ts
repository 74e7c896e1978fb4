import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import { APP, askToken, eventually, GROUP, OTHER, rest, STRANGER, tokenFor, USER, type Reply } from './client.ts';

const MINUTE = 60_000;
let now: number;
let platform: QqPlatform;
beforeEach(async () => {
  now = Date.parse('2026-11-21T10:00:00+08:00');
  platform = new QqPlatform({ now: () => now });
  platform.addBot(APP);
  platform.addBot(OTHER);
  await platform.start();
});
afterEach(() => platform.stop());

const send = async (body: object, { user = USER, bot = APP, path = '' } = {}): Promise<Reply> =>
  rest(platform, await tokenFor(platform, bot), 'POST', path || `/v2/users/${user}/messages`, body);
const codes = (replies: readonly Reply[]): unknown[] => replies.map(({ body }) => body['err_code'] ?? 'ok');

describe('the token', () => {
  it('stays the same until its last minute; then a new one comes and the old still counts', async () => {
    const answer = await askToken(platform, { appId: APP.appId, clientSecret: APP.secret });
    expect(answer).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String) as string, expires_in: '7200' },
    });
    const first = String(answer.body['access_token']);
    now += 7_200_000 - 61_000;
    expect(await tokenFor(platform)).toBe(first);
    now += 2_000;
    const second = await tokenFor(platform);
    expect(second).not.toBe(first);
    expect((await rest(platform, first, 'GET', '/users/@me')).status).toBe(200);
    now += 60_000;
    expect((await rest(platform, first, 'GET', '/users/@me')).status).toBe(401);
    expect((await rest(platform, second, 'GET', '/users/@me')).status).toBe(200);
  });

  it.each([
    { why: 'an unknown app', body: { appId: 'nobody', clientSecret: 'x' }, code: 100007 },
    { why: 'a wrong secret', body: { appId: APP.appId, clientSecret: 'x' }, code: 100016 },
    { why: 'an empty body', body: {}, code: 100007 },
  ])('is refused with HTTP 200 and $code for $why', async ({ body, code }) => {
    expect(await askToken(platform, body)).toMatchObject({ status: 200, body: { code } });
  });
});

describe('calls', () => {
  it('answers who the bot is and where the gateway is, each bot by its token', async () => {
    const token = await tokenFor(platform);
    expect((await rest(platform, token, 'GET', '/users/@me')).body).toMatchObject({
      id: APP.appId,
      username: APP.name,
    });
    const { url } = (await rest(platform, token, 'GET', '/gateway')).body;
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/websocket/);
    expect((await rest(platform, token, 'GET', '/gateway/bot')).body).toEqual({
      url,
      shards: 1,
      session_start_limit: { total: 1500, remaining: 1500, reset_after: 86_400_000, max_concurrency: 1 },
    });
  });

  it('refuses a bad or revoked token with 401 and 11244, and gives every answer a trace id', async () => {
    const token = await tokenFor(platform);
    platform.revokeTokens(APP.appId);
    for (const bad of [token, 'nonsense']) {
      const answer = await rest(platform, bad, 'GET', '/gateway');
      expect(answer).toMatchObject({ status: 401, body: { code: 11244, trace_id: answer.traceId } });
      expect(answer.traceId).toMatch(/^[0-9a-f]{32}$/);
    }
    expect((await rest(platform, await tokenFor(platform), 'GET', '/nowhere')).status).toBe(404);
  });
});

describe('sending', () => {
  it('puts a push on the phone and answers as the platform does, whatever null fields come along', async () => {
    const { status, body } = await send({ content: 'hello', embed: null, msg_id: null, msg_seq: 4_294_967_295 });
    expect([status, body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^ROBOT1\.0_/) as string,
        timestamp: '2026-11-21T10:00:00+08:00',
        ext_info: { ref_idx: expect.stringMatching(/^REFIDX_/) as string },
      },
    ]);
    expect(platform.conversation(APP.appId, USER)).toEqual([
      { id: body['id'], from: 'bot', user: USER, text: 'hello', at: now },
    ]);
  });

  it('shows markdown as it reads, and nothing for a typing hint', async () => {
    await send({ msg_type: 2, markdown: { content: '**up**' } });
    await send({ msg_type: 6, input_notify: { input_type: 1, input_second: 60 } });
    expect(platform.conversation(APP.appId, USER).map(({ text }) => text)).toEqual(['up']);
    expect(codes([await send({ content: '  ' })])).toEqual([40034006]);
  });

  it('takes four answers to a message, each number once', async () => {
    const { id } = platform.say(APP.appId, USER, 'hi');
    const answers = [];
    for (const msg_seq of [1, 1, 2, 3, 4, 5]) answers.push(await send({ content: 'x', msg_id: id, msg_seq }));
    expect(codes(answers)).toEqual(['ok', 40054005, 'ok', 'ok', 'ok', 40034128]);
    expect(codes([await send({ content: 'x', msg_id: id })])).toEqual([40054005]);
  });

  it('takes no answer to a message of another person, of another bot, or of its own', async () => {
    const { id } = platform.say(APP.appId, USER, 'hi');
    const own = String((await send({ content: 'x' })).body['id']);
    const answers = [
      await send({ content: 'x', msg_id: id }, { user: STRANGER }),
      await send({ content: 'x', msg_id: id }, { bot: OTHER }),
      await send({ content: 'x', msg_id: own }),
      await send({ content: 'x', msg_id: id }, { path: `/v2/groups/${GROUP}/messages` }),
    ];
    expect(codes(answers)).toEqual([40034024, 40034024, 40034024, 40034024]);
  });

  it('takes answers for an hour one-to-one and for five minutes in a group', async () => {
    const direct = platform.say(APP.appId, USER, 'hi').id;
    const group = platform.sayInGroup(APP.appId, GROUP, USER, 'hi');
    const path = `/v2/groups/${GROUP}/messages`;
    now += 5 * MINUTE;
    expect(codes([await send({ content: 'x', msg_id: group }, { path })])).toEqual(['ok']);
    now += 1;
    expect(codes([await send({ content: 'x', msg_id: group, msg_seq: 2 }, { path })])).toEqual([40034005]);
    now += 55 * MINUTE - 1;
    expect(codes([await send({ content: 'x', msg_id: direct })])).toEqual(['ok']);
    now += 1;
    expect(codes([await send({ content: 'x', msg_id: direct, msg_seq: 2 })])).toEqual([40034005]);
  });

  it('takes twenty pushes a minute to one person, and more a minute later', async () => {
    const answers = [];
    for (let n = 0; n < 21; n++) answers.push(await send({ content: `${n}` }));
    expect(codes(answers)).toEqual([...Array.from({ length: 20 }, () => 'ok'), 40034100]);
    expect(codes([await send({ content: 'x' }, { user: STRANGER })])).toEqual(['ok']);
    now += MINUTE;
    expect(codes([await send({ content: 'x' })])).toEqual(['ok']);
  });

  it('takes no push to who switched it off, to no friend, or to a group; answers still pass', async () => {
    platform.setUser(APP.appId, USER, { allowsProactive: false });
    platform.setUser(APP.appId, STRANGER, { friend: false });
    const { id } = platform.say(APP.appId, USER, 'hi');
    const answers = [
      await send({ content: 'x' }),
      await send({ content: 'x' }, { user: STRANGER }),
      await send({ content: 'x' }, { path: `/v2/groups/${GROUP}/messages` }),
      await send({ content: 'x', msg_id: id }),
    ];
    expect(codes(answers)).toEqual([40054013, 40054004, 40034105, 'ok']);
    platform.setUser(APP.appId, USER, { allowsProactive: true });
    expect(codes([await send({ content: 'x' })])).toEqual(['ok']);
  });

  it('lets a message arrive and the sender hang', async () => {
    const token = await tokenFor(platform);
    platform.failSends(APP.appId, 1, { kind: 'hang_after_accepting' });
    const patience = new AbortController();
    const impatient = fetch(`${platform.url}/v2/users/${USER}/messages`, {
      method: 'POST',
      headers: { authorization: `QQBot ${token}` },
      body: JSON.stringify({ content: 'x' }),
      signal: patience.signal,
    });
    await eventually(() => expect(platform.conversation(APP.appId, USER).map(({ text }) => text)).toEqual(['x']));
    patience.abort();
    await expect(impatient).rejects.toThrow('aborted');
    expect(platform.requests(APP.appId).at(-1)).toMatchObject({ method: 'POST', status: null });
  });
});
