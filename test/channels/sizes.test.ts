/**
 * Whoever answers Lifeline decides how much: it reads no more than it can use, over HTTP and on the long connections of
 * both platforms alike.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createFragments } from '../../src/channels/feishu/link/sdk-patch.ts';
import { createGatewayAddress } from '../../src/channels/qq/link/gateway-address.ts';
import { createWebhookChannel } from '../../src/channels/webhook/channel.ts';
import { httpCall } from '../../src/base/http.ts';
import { post } from '../../src/monitor/ping/ping-post.ts';
import { eventually } from '../sandbox/feishu/fixture.ts';
import {
  CHANNEL_ON,
  endless,
  giantFrame,
  giveToken,
  isToken,
  manyFrames,
  MEGABYTE,
  MOST_SENT,
  startHostilePlatform,
  startServer,
} from './hostile-server.ts';

describe('an answer without an end', () => {
  test.each<[string, (origin: string) => Channel]>([
    ['feishu', CHANNEL_ON.feishu],
    ['qq', CHANNEL_ON.qq],
    [
      'webhook',
      (origin) => createWebhookChannel({ url: `${origin}/hook/x`, logger: silentLogger(), httpTimeoutMs: 60_000 }),
    ],
  ])('to a message on %s is cut off and tried again', { timeout: 60_000 }, async (_name, open) => {
    const { origin, sent } = await startServer((request, response) => {
      request.resume();
      if (isToken(request)) giveToken(response);
      else endless(response, '{"code":0,"id":"1","data":"');
    });
    const channel = open(origin);
    onTestFinished(() => channel.stop());
    expect(await channel.send({ user: 'u' }, { tone: 'info', title: 'T' }, { key: 'k' })).toMatchObject({
      outcome: 'retry',
      reason: expect.stringContaining('too long') as string,
    });
    expect(sent()).toBeLessThan(MOST_SENT);
  });

  test.each<[string, (origin: string) => Channel]>([
    ['feishu', CHANNEL_ON.feishu],
    ['qq', CHANNEL_ON.qq],
  ])('to the question for a token on %s is cut off', { timeout: 60_000 }, async (_name, open) => {
    const { origin, sent } = await startServer((request, response) => {
      request.resume();
      endless(response, '{"code":0,"access_token":"');
    });
    const channel = open(origin);
    onTestFinished(() => channel.stop());
    expect(await channel.send({ user: 'u' }, { tone: 'info', title: 'T' }, { key: 'k' })).toMatchObject({
      outcome: 'retry',
      reason: expect.stringContaining('too long') as string,
    });
    expect(sent()).toBeLessThan(MOST_SENT);
  });

  test('that was compressed to next to nothing is no larger for that', { timeout: 60_000 }, async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('{"id":"'), Buffer.alloc(64 * MEGABYTE, 0x78)]));
    const { origin } = await startServer((request, response) => {
      request.resume();
      if (isToken(request)) giveToken(response);
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const channel = CHANNEL_ON.qq(origin);
    onTestFinished(() => channel.stop());
    expect(await channel.send({ user: 'u' }, { tone: 'info', title: 'T' }, { key: 'k' })).toMatchObject({
      outcome: 'retry',
      reason: expect.stringContaining('too long') as string,
    });
  });

  test('to a ping is not read', async () => {
    const { origin, sent } = await startServer((request, response) => {
      request.resume();
      endless(response, 'OK');
    });
    const { signal } = new AbortController();
    expect(
      await post({ url: `${origin}/id`, body: '', http: httpCall, timeoutMs: 60_000, signal, userAgent: 'x' }),
    ).toEqual({
      outcome: 'ok',
    });
    expect(sent()).toBeLessThan(MOST_SENT);
  });
});

describe('a message on the long connection', () => {
  const CHANNELS: readonly [string, (origin: string) => Channel][] = [
    ['feishu', CHANNEL_ON.feishu],
    ['qq', CHANNEL_ON.qq],
  ];

  test.each(
    CHANNELS.flatMap(([name, open]) => [
      [name, 'in one frame', open, giantFrame] as const,
      [name, 'in many frames', open, manyFrames] as const,
    ]),
  )('of %s %s that is too long ends it, and it is made anew', { timeout: 60_000 }, async (_name, _how, open, talk) => {
    const { origin, sent, upgrades } = await startHostilePlatform(talk);
    const channel = open(origin);
    await channel.start(() => undefined);
    onTestFinished(() => channel.stop());
    await eventually(() => expect(upgrades.length).toBeGreaterThanOrEqual(2));
    expect(sent()).toBeLessThan((upgrades.length + 1) * MOST_SENT);
    await eventually(() => expect(channel.status().problem).toMatch(/too long|Max payload/));
  });

  test.each(CHANNELS)('of %s is never compressed', async (_name, open) => {
    const { origin, upgrades } = await startHostilePlatform(() => undefined);
    const channel = open(origin);
    await channel.start(() => undefined);
    onTestFinished(() => channel.stop());
    await eventually(() => expect(upgrades).toHaveLength(1));
    expect(upgrades[0]).not.toHaveProperty('sec-websocket-extensions');
  });
});

describe("pieces of Feishu's events", () => {
  const piece = (messageId: string, of: number, bytes = 100) => ({ messageId, of, bytes });

  test('may be as many as an event has, and not as many as a number can say', () => {
    const may = createFragments();
    expect([
      may(piece('a', 1)),
      may(piece('b', 3)),
      may(piece('c', 100)),
      may(piece('d', 101)),
      may(piece('e', 4_294_967_295)),
      may(piece('f', Infinity)),
    ]).toEqual([true, true, true, false, false, false]);
  });

  test('that never become whole take only so much, until the SDK has swept them', () => {
    let now = 0;
    const may = createFragments(() => now);
    const taken = Array.from({ length: 100 }, (_, n) => may(piece(`m${n}`, 2, MEGABYTE))).filter(Boolean).length;
    expect(taken).toBe(16);
    now = 21_000;
    expect(may(piece('later', 2, MEGABYTE))).toBe(true);
  });

  test('that become whole make room', () => {
    const may = createFragments();
    for (let n = 0; n < 1_000; n += 1)
      expect([may(piece(`m${n}`, 2, MEGABYTE)), may(piece(`m${n}`, 2, MEGABYTE))]).toEqual([true, true]);
  });
});

describe('the address of the gateway of QQ', () => {
  const asked = (apiBase: string, url: unknown) =>
    createGatewayAddress({
      apiBase,
      everyMs: 0,
      clock: scaledClock(0, 1),
      api: async () => ({ kind: 'answered', status: 200, body: { url }, code: null, text: 'HTTP 200' }),
    }).get();

  test.each([
    ['https://api.bot.qq.com', 'wss://api.sgroup.qq.com/websocket', true],
    ['https://api.bot.qq.com', 'WSS://api.sgroup.qq.com/websocket', true],
    ['https://api.bot.qq.com', 'ws://api.sgroup.qq.com/websocket', false],
    ['https://api.bot.qq.com', 'ws+unix:///tmp/socket', false],
    ['https://api.bot.qq.com', 'https://api.sgroup.qq.com/', false],
    ['https://api.bot.qq.com', 'wss:', false],
    ['https://api.bot.qq.com', 5, false],
    ['http://127.0.0.1:9', 'ws://127.0.0.1:9/websocket', true],
    ['http://127.0.0.1:9', 'wss://api.sgroup.qq.com/websocket', true],
  ])('of %s may be %s: %s', async (apiBase, url, ok) => {
    expect((await asked(apiBase, url)).ok).toBe(ok);
  });

  test('without encryption is told in words', async () => {
    expect(await asked('https://api.bot.qq.com', 'ws://api.sgroup.qq.com/websocket')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('without encryption') as string,
    });
  });
});
