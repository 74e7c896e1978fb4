import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import { webhookOutcome } from '../../../src/channels/webhook/outcome.ts';
import { createWebhookChannel, type WebhookOptions } from '../../../src/channels/webhook/channel.ts';
import { signature } from '../../../src/channels/webhook/sign.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { eventually, recordingLogger, startPlatform } from '../feishu/fixture.ts';

const ALERT: Message = {
  tone: 'critical',
  title: 'main：QQ 失联',
  lines: ['10:31 起'],
  code: ['a line'],
  note: '要重启请发 /restart main',
  buttons: [{ label: '重启', style: 'danger', command: '/restart main', token: 't-1' }],
};
const NOBODY = { user: '' };

const channelOf = (url: string, options: Partial<WebhookOptions> = {}): Channel => {
  const channel = createWebhookChannel({ url, logger: silentLogger(), ...options });
  onTestFinished(() => channel.stop());
  return channel;
};

type Answer = { readonly status?: number; readonly body: object | string } | 'hang';

/** A webhook that answers as it is told, and what was posted to it. */
const startHook = async (...answers: Answer[]) => {
  const posted: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      const answer = answers.shift() ?? { body: { code: 0, msg: 'success' } };
      if (answer === 'hang') return;
      response
        .writeHead(('status' in answer && answer.status) || 200)
        .end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/open-apis/bot/v2/hook/a-long-id`, posted };
};

const refusal = (code: number): Answer => ({ body: { code, msg: `no ${code}`, data: {} } });

describe('against the loopback platform', () => {
  const token = (): string => randomBytes(8).toString('hex');

  test('a message reaches the group, signed, as a card with nothing to tap', async () => {
    const platform = await startPlatform();
    const hook = { token: token(), secret: 'signing secret' };
    const channel = channelOf(platform.addHook(hook), { secret: hook.secret });
    expect(await channel.send(NOBODY, ALERT, { key: 'k1' })).toEqual({ outcome: 'ok', messageId: '' });
    const [message] = platform.hooked(hook.token);
    expect(message?.text).toMatch(/^🔴 main：QQ 失联\n10:31 起\n[^]*a line[^]*\n要重启请发 \/restart main$/u);
    expect(message?.card?.blocks.map(({ kind }) => kind)).toEqual(['text', 'code', 'note']);
  });

  test('a wrong or missing signature is refused with what to do', async () => {
    const platform = await startPlatform();
    const url = platform.addHook({ token: token(), secret: 'right' });
    for (const options of [{ secret: 'wrong' }, {}]) {
      expect(await channelOf(url, options).send(NOBODY, ALERT, { key: 'k1' })).toMatchObject({
        outcome: 'refused',
        reason: expect.stringMatching(/signature is wrong.*code 19021/) as string,
      });
    }
  });

  test('a message of any length fits', async () => {
    const platform = await startPlatform();
    const hook = { token: token() };
    const long = Array.from({ length: 5_000 }, (_, n) => `line ${n} "quoted" 日志`);
    expect(
      await channelOf(platform.addHook(hook)).send(NOBODY, { ...ALERT, lines: long, code: long }, { key: 'k1' }),
    ).toMatchObject({ outcome: 'ok' });
    expect(platform.hooked(hook.token)[0]?.text).toContain('… 还有');
  });

  test('many at once all arrive, no faster than the platform takes them', async () => {
    const platform = await startPlatform();
    const hook = { token: token() };
    const channel = channelOf(platform.addHook(hook));
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        channel.send(NOBODY, { tone: 'info', title: `n${n}`, lines: ['l'] }, { key: `k${n}` }),
      ),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'ok'));
    expect(platform.hooked(hook.token)).toHaveLength(12);
  });
});

test('the signature has time and secret as its key and nothing as its message', () => {
  expect(signature(1_599_360_473, 'demo')).toEqual({
    timestamp: '1599360473',
    sign: createHmac('sha256', '1599360473\ndemo').digest('base64'),
  });
  // The other way round looks right too.
  expect(signature(1_599_360_473, 'demo').sign).not.toBe(
    createHmac('sha256', 'demo').update('1599360473\n').digest('base64'),
  );
});

test('without a secret nothing is signed, with one each try is signed for its own time', async () => {
  const { url, posted } = await startHook();
  let now = 1_700_000_000_000;
  const clock = { now: () => now, sleep: async () => undefined, timer: () => () => undefined };
  await channelOf(url).send(NOBODY, ALERT, { key: 'k1' });
  const signed = channelOf(url, { secret: 's', clock });
  await signed.send(NOBODY, ALERT, { key: 'k2' });
  now += 7_200_000;
  await signed.send(NOBODY, ALERT, { key: 'k2' });
  expect(posted.map(({ timestamp }) => timestamp)).toEqual([undefined, '1700000000', '1700007200']);
  expect(posted[0]).not.toHaveProperty('sign');
});

describe('what the webhook answers', () => {
  test.each<[string, Answer[], object, number]>([
    ['success', [], { outcome: 'ok' }, 1],
    ['success in the old words', [{ body: { StatusCode: 0, StatusMessage: 'success' } }], { outcome: 'ok' }, 1],
    [
      'a wrong signature',
      [refusal(19021)],
      { outcome: 'refused', reason: expect.stringContaining('signature') as string },
      1,
    ],
    [
      'a strange address',
      [refusal(19022)],
      { outcome: 'refused', reason: expect.stringContaining('not allowed') as string },
      1,
    ],
    [
      'a missing keyword',
      [refusal(19024)],
      { outcome: 'refused', reason: expect.stringContaining('keyword') as string },
      1,
    ],
    [
      'an unknown bot',
      [refusal(19001)],
      { outcome: 'refused', reason: expect.stringContaining('no custom bot') as string },
      1,
    ],
    ['a card that it does not take', [refusal(9499)], { outcome: 'ok' }, 2],
    ['a card with a mistake', [refusal(11246)], { outcome: 'ok' }, 2],
    [
      'a body that it does not take at all',
      [refusal(9499), refusal(9499)],
      { outcome: 'refused', reason: expect.stringContaining('mistake') as string },
      2,
    ],
    ['a rush', [refusal(11232)], { outcome: 'retry', reason: expect.stringContaining('busy') as string }, 1],
    [
      'a web page',
      [{ status: 502, body: '<html>' }],
      { outcome: 'retry', reason: expect.stringContaining('HTTP 502') as string },
      1,
    ],
    ['a failure of its own', [{ status: 500, body: { code: 5, msg: 'x' } }], { outcome: 'retry' }, 1],
    ['nothing', ['hang'], { outcome: 'retry', reason: expect.stringContaining('did not answer') as string }, 1],
  ])('%s', async (_what, answers, expected, posts) => {
    const { url, posted } = await startHook(...answers);
    expect(await channelOf(url, { httpTimeoutMs: 300 }).send(NOBODY, ALERT, { key: 'k1' })).toMatchObject(expected);
    expect(posted).toHaveLength(posts);
    if (posts === 2)
      expect(posted[1]).toMatchObject({
        msg_type: 'text',
        content: { text: expect.stringContaining('🔴 main：QQ 失联') as string },
      });
  });

  test('a rush at the hour is waited out', () => {
    const now = Date.parse('2026-11-21T10:59:55+08:00');
    expect(
      webhookOutcome({ status: 200, headers: {}, body: { code: 11232, msg: 'frequency limited' } }, now),
    ).toMatchObject({ outcome: 'retry', afterMs: 50_000 });
  });
});

describe('status', () => {
  test('tells of the last message', async () => {
    const { url } = await startHook({ body: { code: 0 } }, refusal(19024), { body: { code: 0 } });
    const channel = channelOf(url);
    expect(channel.status()).toMatchObject({ link: 'stopped', problem: null });
    await channel.start(() => undefined);
    expect(channel.status()).toMatchObject({ link: 'waiting', problem: null });
    await channel.send(NOBODY, ALERT, { key: 'k1' });
    expect(channel.status()).toMatchObject({ link: 'connected', problem: null, lastInboundAt: null });
    await channel.send(NOBODY, ALERT, { key: 'k2' });
    expect(channel.status()).toMatchObject({ link: 'waiting', problem: expect.stringContaining('keyword') as string });
    await channel.send(NOBODY, ALERT, { key: 'k3' });
    expect(channel.status()).toMatchObject({ link: 'connected', problem: null });
    await channel.stop();
    expect(channel.status()).toMatchObject({ link: 'stopped', problem: null });
  });

  test('a stop ends a send under way', async () => {
    const { url, posted } = await startHook('hang');
    const channel = channelOf(url);
    const sending = channel.send(NOBODY, ALERT, { key: 'k1' });
    await eventually(() => expect(posted).toHaveLength(1));
    await channel.stop();
    expect(await sending).toMatchObject({ outcome: 'retry', reason: 'the call was stopped' });
    expect(channel.status().link).toBe('stopped');
  });
});

test.each([
  '',
  'open.feishu.cn/x',
  'ftp://open.feishu.cn/open-apis/bot/v2/hook/x',
  'https://open.feishu.cn',
  'https://',
])('the address %j is refused, and not repeated', (url) => {
  expect(() => createWebhookChannel({ url, logger: silentLogger() })).toThrow(
    expect.objectContaining({
      code: 'WEBHOOK_URL',
      message: expect.stringMatching(
        /^The webhook address must be the whole one that Feishu shows for the custom bot: \S+ and a long id\.$/,
      ) as string,
    }),
  );
});

test('neither the log nor a reason holds the address or the secret', async () => {
  const { url } = await startHook('hang', refusal(19021));
  const { logger, text } = recordingLogger();
  const channel = channelOf(url, { logger, secret: 'signing secret', httpTimeoutMs: 200 });
  const reasons = JSON.stringify([
    await channel.send(NOBODY, ALERT, { key: 'k1' }),
    await channel.send(NOBODY, ALERT, { key: 'k2' }),
    channel.status(),
  ]);
  for (const secret of ['a-long-id', 'signing secret']) expect(text() + reasons).not.toContain(secret);
});
