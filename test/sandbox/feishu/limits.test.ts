import { describe, expect, test } from 'vitest';
import { createLimits } from '../../../sandbox/feishu/limits.ts';
import type { FeishuPlatformOptions } from '../../../sandbox/feishu/platform.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { card, cardTo, markdown } from './cards.ts';
import { addBot, call, CREATE, newUser, startPlatform, textTo, tokenOf } from './fixture.ts';

const ready = async (options: FeishuPlatformOptions = {}) => {
  const clock = manualClock();
  const platform = await startPlatform({ clock, ...options });
  const [bot, user] = [addBot(platform), newUser()];
  const request = async (method: string, path: string, body?: object) =>
    call(platform, method, path, body, await tokenOf(platform, bot));
  const send = async (body: object) => request('POST', CREATE, body);
  const info = async () => request('GET', '/open-apis/bot/v3/info');
  const count = () => platform.conversation(bot.appId, user).length;
  return { clock, platform, bot, user, request, send, info, count };
};

test('a rate lets its number through in any stretch of its time, and says how long to wait', () => {
  let now = 0;
  const limits = createLimits(() => now);
  const take = (at: number, key = 'a') => {
    now = at;
    return limits.take(key, { count: 2, perMs: 1_000 }, { count: 3, perMs: 10_000 });
  };
  expect([take(0), take(400), take(900), take(900, 'b'), take(1_000), take(1_400), take(10_000), take(10_001)]).toEqual(
    [0, 0, 100, 0, 0, 8_600, 0, 399],
  );
});

describe('sending', () => {
  test('to one person goes five times a second; to another as well', async () => {
    const { clock, platform, user, send, count } = await ready();
    const other = newUser();
    const codes: number[] = [];
    for (let n = 0; n < 7; n += 1) codes.push((await send(textTo(user, `${n}`))).body.code);
    expect(codes).toEqual([0, 0, 0, 0, 0, 230020, 230020]);
    expect(await send(textTo(other, 'hi'))).toMatchObject({ status: 200 });
    await clock.advance(1_000);
    expect(await send(textTo(user, 'hi'))).toMatchObject({ status: 200 });
    expect(count()).toBe(6);
    platform.rules.peerRate = false;
    for (let n = 0; n < 10; n += 1) expect((await send(textTo(user, `${n}`))).body.code).toBe(0);
  });

  test.each<[string, 'size' | 'cardSchema' | 'cardCounts', object, number]>([
    ['a text over 150 KB', 'size', textTo('ou_1', 'x'.repeat(150 * 1024)), 230025],
    ['a card over 30 KB', 'size', cardTo('ou_1', card('t', markdown('x'.repeat(30 * 1024)))), 230025],
    ['a card with an unknown tag', 'cardSchema', cardTo('ou_1', card('t', { tag: 'smoke' })), 230099],
    [
      'a card with 201 elements',
      'cardCounts',
      cardTo('ou_1', card('t', ...Array.from({ length: 201 }, () => ({ tag: 'hr' })))),
      230099,
    ],
  ])('%s is refused until that rule is switched off', async (_what, rule, body, code) => {
    const { platform, send } = await ready();
    expect(await send(body)).toMatchObject({ status: 400, body: { code } });
    platform.rules[rule] = false;
    expect((await send(body)).body.code).toBe(0);
  });

  test.each([
    ['first-message', 0, true, 1],
    ['no-message', 0, false, 1],
    ['refused', 230049, false, 1],
    ['off', 0, false, 2],
  ] as const)('a uuid used twice: %s', async (uuid, code, same, messages) => {
    const { send, user, count } = await ready({ rules: { uuid } });
    const first = await send(textTo(user, 'once', 'key-1'));
    const second = await send(textTo(user, 'once', 'key-1'));
    expect(second.body.code).toBe(code);
    expect(second.body.data?.['message_id'] === first.body.data?.['message_id']).toBe(same);
    expect(count()).toBe(messages);
  });

  test('a rich text is read by its lines', async () => {
    const { platform, bot, user, send } = await ready();
    const post = {
      zh_cn: {
        title: '标题',
        content: [
          [
            { tag: 'text', text: 'a ' },
            { tag: 'a', text: 'link', href: 'https://example.com' },
          ],
          [{ tag: 'text', text: 'b' }],
        ],
      },
    };
    expect((await send({ receive_id: user, msg_type: 'post', content: JSON.stringify(post) })).body.code).toBe(0);
    expect(platform.conversation(bot.appId, user)[0]?.text).toBe('标题\na link\nb');
  });
});

describe('an API', () => {
  test('takes 50 calls a second and 1000 a minute, then 429 with the time to wait', async () => {
    const { clock, platform, info, send, user } = await ready();
    for (let n = 0; n < 50; n += 1) expect((await info()).status).toBe(200);
    const limited = await info();
    expect([
      limited.status,
      limited.body.code,
      limited.headers.get('x-ogw-ratelimit-limit'),
      limited.headers.get('x-ogw-ratelimit-reset'),
    ]).toEqual([429, 99991400, '50', '1']);
    // Another API has its own count.
    expect((await send(textTo(user, 'hi'))).status).toBe(200);
    for (let second = 1; second < 20; second += 1) {
      await clock.advance(1_000);
      for (let n = 0; n < 50; n += 1) await info();
    }
    await clock.advance(1_000);
    const full = await info();
    expect([full.status, full.headers.get('x-ogw-ratelimit-reset')]).toEqual([429, '40']);
    platform.rules.apiRate = false;
    expect((await info()).status).toBe(200);
  });

  test('is closed to the tenant when the month’s calls are used up', async () => {
    const { platform, bot, user, send, count } = await ready();
    platform.faults(bot.appId).quotaSpent = true;
    expect((await send(textTo(user, 'hi'))).body.code).toBe(99991403);
    platform.faults(bot.appId).quotaSpent = false;
    expect((await send(textTo(user, 'hi'))).body.code).toBe(0);
    expect(count()).toBe(1);
  });

  test('has every call written down, with its answer', async () => {
    const { platform, bot, user, send, info, request } = await ready();
    await send(textTo(user, 'hi'));
    platform.faults(bot.appId).calls.push({ kind: 'html', status: 502 }, { kind: 'lost-answer' });
    await expect(send(textTo(user, 'hi'))).rejects.toThrow('JSON');
    await expect(info()).rejects.toThrow('fetch failed');
    await request('PATCH', '/open-apis/im/v1/messages/om_never', { content: '{}' });
    await call(platform, 'POST', '/callback/ws/endpoint', { AppID: bot.appId, AppSecret: bot.secret });
    const calls = platform.records(bot.appId).calls.filter(({ api }) => api !== 'auth.token');
    expect(calls.map(({ api, status, code }) => [api, status, code])).toEqual([
      ['im.message.create', 200, 0],
      ['im.message.create', 502, null],
      ['bot.info', null, null],
      ['im.message.patch', 400, 230001],
      ['ws.endpoint', 200, 0],
    ]);
  });

  test('carries a call out and never answers it, when asked to', async () => {
    const { platform, bot, user, count } = await ready();
    platform.faults(bot.appId).calls.push({ kind: 'lost-answer', how: 'hang' });
    const request = fetch(`${platform.url}${CREATE}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(platform, bot)}` },
      body: JSON.stringify(textTo(user, 'accepted')),
      signal: AbortSignal.timeout(500),
    });
    await expect(request).rejects.toThrow('timeout');
    expect(count()).toBe(1);
  });

  test('a fault of the token call is asked for by name', async () => {
    const { platform, bot, user, send } = await ready();
    platform
      .faults(bot.appId)
      .calls.push(
        { kind: 'code', code: 230020 },
        { kind: 'code', code: 10003, status: 500, api: 'auth.token', msg: 'internal error' },
      );
    const answer = await call(platform, 'POST', '/open-apis/auth/v3/tenant_access_token/internal', {
      app_id: bot.appId,
      app_secret: bot.secret,
    });
    expect(answer).toMatchObject({ status: 500, body: { code: 10003, msg: 'internal error' } });
    expect((await send(textTo(user, 'hi'))).body.code).toBe(230020);
    expect(platform.faults(bot.appId).calls).toEqual([]);
  });
});
