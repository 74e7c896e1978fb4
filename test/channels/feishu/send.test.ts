import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Channel, SendResult } from '../../../src/channels/channel.ts';
import { jsonBody } from '../../../src/base/http.ts';
import { createRest } from '../../../src/channels/feishu/http/rest.ts';
import { textBody } from '../../../src/channels/feishu/content/text-body.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import type { CallFault } from '../../../sandbox/feishu/faults.ts';
import type { BotAccount } from '../../../sandbox/phone.ts';
import { addBot, eventually, makeChannel, newUser, startPlatform } from './fixture.ts';

const ALERT: Message = {
  tone: 'critical',
  title: 'main：QQ 失联',
  lines: ['10:31 起'],
  code: ['a line'],
  note: '正在重启',
};

/** The phone's own way to write a card as text. */
const SHOWN = /^🔴 main：QQ 失联\n10:31 起\n[^]*a line[^]*\n正在重启$/u;

/** A platform and a channel that was not even started: sending does not need the long connection. */
const ready = async (options: Parameters<typeof makeChannel>[2] = {}) => {
  const platform = await startPlatform();
  const [bot, user] = [addBot(platform), newUser()];
  const channel = makeChannel(platform, bot, options);
  const said = () =>
    platform
      .conversation(bot.appId, user)
      .filter((message) => message.from === 'bot')
      .map((message) => message.text);
  return { platform, bot, user, channel, said };
};

describe('a message', () => {
  test('reaches the person, without the long connection', async () => {
    const { platform, bot, user, channel, said } = await ready();
    const result = await channel.send({ user }, ALERT, { key: 'k1' });
    const id = platform.conversation(bot.appId, user)[0]?.id;
    expect(result).toEqual({ outcome: 'ok', messageId: id, quoteIds: [id] });
    expect(said()).toHaveLength(1);
    expect(said()[0]).toMatch(SHOWN);
  });

  test('waits only a moment for a token, which is still fetched for the next try', async () => {
    const { platform, bot, user, channel, said } = await ready({ httpTimeoutMs: 60_000 });
    platform.faults(bot.appId).calls.push({ kind: 'hang', api: 'auth.token' });
    const result = await channel.send({ user }, ALERT, { key: 'k1' });
    expect(result).toEqual({ outcome: 'retry', reason: 'Feishu has given no access token yet', afterMs: 5_000 });
    expect(said()).toEqual([]);
    await channel.stop();
  });

  test('sent again with the same key is there once, also when the first answer was lost', async () => {
    const { platform, bot, user, channel, said } = await ready();
    platform.faults(bot.appId).calls.push({ kind: 'lost-answer' });
    expect(await channel.send({ user }, ALERT, { key: 'k1' })).toMatchObject({ outcome: 'retry' });
    expect(await channel.send({ user }, ALERT, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    expect(said()).toHaveLength(1);
    expect(await channel.send({ user }, ALERT, { key: 'k2' })).toMatchObject({ outcome: 'ok' });
    expect(said()).toHaveLength(2);
  });

  test('answers the message it is for, or stands alone when that was withdrawn', async () => {
    const { platform, bot, user, channel, said } = await ready();
    const question = platform.say(bot.appId, user, '/status');
    const parents: unknown[] = [];
    const rest = createRest({ origin: platform.url, appId: bot.appId, appSecret: bot.secret, httpTimeoutMs: 10_000 });
    const parentOf = async (result: SendResult): Promise<unknown> => {
      const id = result.outcome === 'ok' ? result.messageId : '';
      const { body } = await rest.call(
        'GET',
        `/open-apis/im/v1/messages/${id}`,
        undefined,
        new AbortController().signal,
      );
      return (body as { data: { items: { parent_id?: string }[] } }).data.items[0]?.parent_id;
    };
    parents.push(await parentOf(await channel.send({ user, replyTo: question.id }, ALERT, { key: 'k1' })));
    platform.recall(question.id);
    parents.push(await parentOf(await channel.send({ user, replyTo: question.id }, ALERT, { key: 'k2' })));
    expect(parents).toEqual([question.id, undefined]);
    expect(said()).toHaveLength(2);
  });

  test('goes to the group when it belongs there', async () => {
    const { platform, bot, user, channel, said } = await ready();
    platform.sayInGroup(bot.appId, 'oc_ops', user, '@_user_1 /status');
    expect(await channel.send({ user, group: 'oc_ops' }, ALERT, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    expect(platform.conversation(bot.appId, 'oc_ops').at(-1)?.text).toMatch(SHOWN);
    expect(said()).toEqual([]);
  });

  test('that is too long for the platform arrives cut', async () => {
    const { user, channel, said } = await ready();
    const code = Array.from({ length: 9_000 }, (_, n) => `line ${n}: "quoted" 日志`);
    expect(await channel.send({ user }, { ...ALERT, code }, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    expect(said()[0]).toMatch(/^🔴 main：QQ 失联\n10:31 起\n[^]*… 前面还有 \d+ 行\n[^]*\nline 8999: [^]*\n正在重启$/u);
  });
});

test('a cut text keeps its beginning, whole characters only, says how many are missing, and fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 150, max: 600 }), (text, limit) => {
      const body = textBody(text, limit);
      const shown = (JSON.parse(body.content) as { text: string }).text;
      if (shown === text) return;
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(limit);
      const [, kept = '', missing] = /^([^]*)\n… \(\+(\d+) 字\)$/u.exec(shown) ?? [];
      expect(text.startsWith(kept)).toBe(true);
      expect(Array.from(kept).length + Number(missing)).toBe(Array.from(text).length);
    }),
  );
  expect(JSON.parse(textBody('short').content)).toEqual({ text: 'short' });
});

describe('what the platform answers', () => {
  const code = (value: number, status = 400, headers = {}): CallFault => ({
    kind: 'code',
    code: value,
    status,
    headers,
  });
  const retry = (afterMs: number, reason = /./): object => ({
    outcome: 'retry',
    afterMs,
    reason: expect.stringMatching(reason) as string,
  });
  const refused = (reason: RegExp, fix?: string): object => ({
    outcome: 'refused',
    reason: expect.stringMatching(reason) as string,
    ...(fix ? { fix } : {}),
  });

  test.each<[string, CallFault[], object]>([
    [
      'an API limit with a time',
      [code(99991400, 429, { 'x-ogw-ratelimit-reset': '7' })],
      retry(7_000, /too many calls/),
    ],
    ['an API limit as HTTP 400', [code(99991400)], retry(1_000)],
    ['a chat limit', [code(230020)], retry(1_000)],
    ['a message on its way', [code(230049)], retry(1_000)],
    ['a busy system', [code(11232)], { outcome: 'retry', reason: expect.stringMatching(/busy/) as string }],
    ['an unknown code with HTTP 500', [code(2200, 500)], retry(2_000)],
    ['an unknown code with HTTP 429', [code(2200, 429)], retry(2_000)],
    ['a web page with 502', [{ kind: 'html', status: 502 }], retry(2_000, /HTTP 502/)],
    ['a web page with 200', [{ kind: 'html', status: 200 }], retry(2_000)],
    ['no answer', [{ kind: 'hang' }], retry(2_000, /did not answer within 0.5 s/)],
    ['an invalid token once', [code(99991663)], { outcome: 'ok' }],
    ['an expired token once', [code(99991661)], { outcome: 'ok' }],
    ['an invalid token twice', [code(99991665), code(99991665)], retry(5_000, /token/)],
    ['the monthly quota', [code(99991403)], refused(/this month/, 'monthly_quota')],
    ['a missing scope', [code(99991672)], refused(/im:message:send_as_bot.*publish/, 'grant_permission')],
    ['a missing permission', [code(230027)], refused(/permission/, 'grant_permission')],
    ['a person outside the app', [code(230013)], refused(/availability; add them/, 'availability')],
    ['a bot outside the group', [code(230002)], refused(/add it there/)],
    ['an app without a bot', [code(230006)], refused(/bot ability/)],
    ['a group that forbids it', [code(230018)], refused(/settings of this group/)],
    ['a muted chat', [code(230035)], refused(/muted or blocked/)],
    ['a dissolved group', [code(232009)], refused(/dissolved/)],
    ['a content check once', [code(230028)], { outcome: 'ok' }],
    ['a content check twice', [code(230028), code(230028)], refused(/content check/)],
    ['a card too long', [code(230025)], { outcome: 'ok' }],
    ['a card and a text too long', [code(230025), code(230025)], refused(/too long/)],
    ['a card with a mistake', [code(230099)], { outcome: 'ok' }],
    ['a sub-code of a card on its own', [code(200861)], { outcome: 'ok' }],
    ['a wrong parameter', [code(230001), code(230001)], refused(/code 230001: a fault set by the sandbox/)],
    ['an unknown refusal', [code(424242), code(424242)], refused(/the platform refused \(code 424242/)],
  ])('%s', async (_what, faults, expected) => {
    const { platform, bot, user, channel } = await ready({
      httpTimeoutMs: faults.some((fault) => fault.kind === 'hang') ? 500 : 10_000,
    });
    // The token is there, so that a fault meets the send itself.
    await eventually(async () =>
      expect(await channel.send({ user }, ALERT, { key: 'first' })).toMatchObject({ outcome: 'ok' }),
    );
    platform.faults(bot.appId).calls.push(...faults);
    expect(await channel.send({ user }, ALERT, { key: 'k1' })).toMatchObject(expected);
    expect(platform.faults(bot.appId).calls).toEqual([]);
  });

  test('a token that was revoked is fetched anew, unnoticed', async () => {
    const { platform, bot, user, channel, said } = await ready();
    await channel.send({ user }, ALERT, { key: 'k1' });
    platform.revokeTokens(bot.appId);
    expect(await channel.send({ user }, ALERT, { key: 'k2' })).toMatchObject({ outcome: 'ok' });
    expect(said()).toHaveLength(2);
  });

  test('a wrong secret is refused with what to do', async () => {
    const { platform, bot, user } = await ready();
    const channel = makeChannel(platform, { ...bot, secret: 'wrong' } satisfies BotAccount);
    const result = await channel.send({ user }, ALERT, { key: 'k1' });
    expect(result).toEqual({
      outcome: 'refused',
      reason:
        'the App ID or App Secret is wrong; copy both anew from the developer console (code 10014: app secret invalid)',
    });
  });

  test('a platform that is gone means: try again', async () => {
    const { platform, user, channel } = await ready();
    platform.setDown(true);
    expect(await channel.send({ user }, ALERT, { key: 'k1' })).toMatchObject({
      outcome: 'retry',
      reason: expect.stringContaining('no answer from 127.0.0.1') as string,
    });
    platform.setDown(false);
    expect(await channel.send({ user }, ALERT, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
  });

  test('a stop ends a send under way', async () => {
    const { platform, bot, user, channel } = await ready();
    platform.faults(bot.appId).calls.push({ kind: 'hang' });
    const sending = channel.send({ user }, ALERT, { key: 'k1' });
    await eventually(() => expect(platform.faults(bot.appId).calls).toEqual([]));
    await channel.stop();
    expect(await sending).toEqual({ outcome: 'retry', reason: 'the call was stopped', afterMs: 2_000 });
  });

  test('a recipient of any form is no reason to throw', async () => {
    const { channel } = await ready();
    const send = (to: Parameters<Channel['send']>[0]) => channel.send(to, ALERT, { key: 'k1' });
    expect(await send({ user: '' })).toMatchObject({ outcome: 'refused' });
    expect(await send({ user: 'ou_1', replyTo: 'om_\ud800' })).toMatchObject({ outcome: 'retry' });
    // The id of a tap: there is nothing to answer to, so it stands alone.
    expect(await send({ user: 'ou_1', replyTo: 'f7984f25108f8137722bb63cee927e66' })).toMatchObject({ outcome: 'ok' });
  });
});

test('many sends at once ask for the token once', async () => {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.includes('tenant_access_token')) tokens.push('t');
    response.end(JSON.stringify({ code: 0, msg: 'ok', tenant_access_token: 't-1', expire: 7200 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rest = createRest({ origin, appId: 'a', appSecret: 's', httpTimeoutMs: 10_000 });
  const { signal } = new AbortController();
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, n) => rest.call('POST', `/${n}`, jsonBody({}), signal)),
  );
  expect(replies.map((reply) => reply.code)).toEqual(Array.from({ length: 10 }, () => 0));
  expect(tokens).toHaveLength(1);
});
