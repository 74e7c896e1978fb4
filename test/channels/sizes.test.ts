/** Whoever answers Lifeline decides how much: it reads no more than it can use, over HTTP and on the long connections of both platforms alike. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createFeishuChannel } from '../../src/channels/feishu/channel.ts';
import { createFragments } from '../../src/channels/feishu/link/fragments.ts';
import { createQqChannel } from '../../src/channels/qq/channel.ts';
import { createGatewayAddress } from '../../src/channels/qq/link/gateway-address.ts';
import { createWebhookChannel } from '../../src/channels/webhook/channel.ts';
import { post } from '../../src/watch/ping-post.ts';
import { eventually } from '../sandbox/feishu/fixture.ts';

const MEGABYTE = 1_048_576;
/** What Lifeline reads, and what lies in the buffers of both ends of a loopback socket. */
const MOST_SENT = 16 * MEGABYTE;

/** A server that says more than anybody wants to hear, and counts how much of it went out. */
const start = async (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ readonly server: Server; readonly origin: string; readonly sent: () => number }> => {
  const sockets = new Set<Socket>();
  let closed = 0;
  const server = createServer(handle);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      closed += socket.bytesWritten;
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent: () => closed + [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0) };
};

/** Well-formed as far as it goes, and without an end. */
const endless = (response: ServerResponse, beginning: string): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(beginning);
  const filler = 'x'.repeat(65_536);
  const more = (): void => {
    if (!response.destroyed) response.write(filler, () => setImmediate(more));
  };
  more();
};

const FEISHU = { appId: 'cli_0123456789abcdef', appSecret: 's', logger: silentLogger(), httpTimeoutMs: 60_000, minBackoffMs: 20, maxBackoffMs: 50 };
const qqOn = (origin: string): Channel =>
  createQqChannel({ appId: '1', clientSecret: 's', apiBase: origin, tokenUrl: `${origin}/token`, logger: silentLogger(), timings: { backoffFirstMs: 20, backoffMaxMs: 50, requestMs: 60_000, addressEveryMs: 0 } });

const isToken = ({ url = '' }: IncomingMessage): boolean => url.includes('token');
const token = (response: ServerResponse): void => void response.end(JSON.stringify({ code: 0, msg: 'ok', tenant_access_token: 't', access_token: 't', expire: 7_200, expires_in: 7_200 }));

describe('an answer without an end', () => {
  test.each<[string, (origin: string) => Channel]>([
    ['feishu', (origin) => createFeishuChannel({ ...FEISHU, domain: origin })],
    ['qq', qqOn],
    ['webhook', (origin) => createWebhookChannel({ url: `${origin}/hook/x`, logger: silentLogger(), httpTimeoutMs: 60_000 })],
  ])('to a message on %s is cut off and tried again', { timeout: 60_000 }, async (_name, open) => {
    const { origin, sent } = await start((request, response) => {
      request.resume();
      if (isToken(request)) token(response);
      else endless(response, '{"code":0,"id":"1","data":"');
    });
    const channel = open(origin);
    onTestFinished(() => channel.stop());
    expect(await channel.send({ user: 'u' }, { tone: 'info', title: 'T' }, { key: 'k' })).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('too long') as string });
    expect(sent()).toBeLessThan(MOST_SENT);
  });

  test.each<[string, (origin: string) => Channel]>([
    ['feishu', (origin) => createFeishuChannel({ ...FEISHU, domain: origin })],
    ['qq', qqOn],
  ])('to the question for a token on %s is cut off', { timeout: 60_000 }, async (_name, open) => {
    const { origin, sent } = await start((request, response) => {
      request.resume();
      endless(response, '{"code":0,"access_token":"');
    });
    const channel = open(origin);
    onTestFinished(() => channel.stop());
    expect(await channel.send({ user: 'u' }, { tone: 'info', title: 'T' }, { key: 'k' })).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('too long') as string });
    expect(sent()).toBeLessThan(MOST_SENT);
  });

  test('that was compressed to next to nothing is no larger for that', { timeout: 60_000 }, async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('{"id":"'), Buffer.alloc(64 * MEGABYTE, 0x78)]));
    const { origin } = await start((request, response) => {
      request.resume();
      if (isToken(request)) token(response);
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const channel = qqOn(origin);
    onTestFinished(() => channel.stop());
    expect(await channel.send({ user: 'u' }, { tone: 'info', title: 'T' }, { key: 'k' })).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('too long') as string });
  });

  test('to a ping is not read', async () => {
    const { origin, sent } = await start((request, response) => {
      request.resume();
      endless(response, 'OK');
    });
    const { signal } = new AbortController();
    expect(await post({ url: `${origin}/id`, body: '', fetch, timeoutMs: 60_000, signal, userAgent: 'x' })).toEqual({ outcome: 'ok' });
    expect(sent()).toBeLessThan(MOST_SENT);
  });
});

describe('a message on the long connection', () => {
  /** A platform as far as its long connection, which then says what it likes. */
  const platform = async (talk: (socket: Socket) => void) => {
    const upgrades: Record<string, unknown>[] = [];
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    const { server, origin, sent } = await start((request, response) => {
      request.resume();
      if (isToken(request)) token(response);
      else if (request.url === '/callback/ws/endpoint') response.end(JSON.stringify({ code: 0, msg: 'ok', data: { URL: `${origin.replace('http', 'ws')}/ws?a=1&device_id=d&service_id=1`, ClientConfig: { PingInterval: 120, ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30 } } }));
      else response.end(JSON.stringify({ url: `${origin.replace('http', 'ws')}/ws` }));
    });
    server.on('upgrade', (request, socket, head) => {
      upgrades.push({ ...request.headers });
      sockets.handleUpgrade(request, socket, head, () => talk(socket as Socket));
    });
    return { origin, sent, upgrades };
  };

  /** One frame of text or data that says it has 1 GB, and the beginning of that. */
  const giant = (socket: Socket): void => {
    const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0]);
    socket.write(header);
    const filler = Buffer.alloc(65_536, 0x78);
    const more = (): void => {
      if (!socket.destroyed) socket.write(filler, () => setImmediate(more));
    };
    more();
  };

  /** Frames of 1 MB that all belong to one message. */
  const many = (socket: Socket): void => {
    let first = true;
    const more = (): void => {
      if (socket.destroyed) return;
      const header = Buffer.from([first ? 0x02 : 0x00, 127, 0, 0, 0, 0, 0, 0x10, 0, 0]);
      first = false;
      socket.write(Buffer.concat([header, Buffer.alloc(MEGABYTE, 0x78)]), () => setImmediate(more));
    };
    more();
  };

  const CHANNELS: readonly [string, (origin: string) => Channel][] = [
    ['feishu', (origin) => createFeishuChannel({ ...FEISHU, domain: origin })],
    ['qq', qqOn],
  ];

  test.each(CHANNELS.flatMap(([name, open]) => [[name, 'in one frame', open, giant] as const, [name, 'in many frames', open, many] as const]))('of %s %s that is too long ends it, and it is made anew', { timeout: 60_000 }, async (_name, _how, open, talk) => {
    const { origin, sent, upgrades } = await platform(talk);
    const channel = open(origin);
    await channel.start(() => undefined);
    onTestFinished(() => channel.stop());
    await eventually(() => expect(upgrades.length).toBeGreaterThanOrEqual(2));
    expect(sent()).toBeLessThan((upgrades.length + 1) * MOST_SENT);
    await eventually(() => expect(channel.status().problem).toMatch(/too long|Max payload/));
  });

  test.each(CHANNELS)('of %s is never compressed', async (_name, open) => {
    const { origin, upgrades } = await platform(() => undefined);
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
    expect([may(piece('a', 1)), may(piece('b', 3)), may(piece('c', 100)), may(piece('d', 101)), may(piece('e', 4_294_967_295)), may(piece('f', Infinity))]).toEqual([true, true, true, false, false, false]);
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
    for (let n = 0; n < 1_000; n += 1) expect([may(piece(`m${n}`, 2, MEGABYTE)), may(piece(`m${n}`, 2, MEGABYTE))]).toEqual([true, true]);
  });
});

describe('the address of the gateway of QQ', () => {
  const asked = (apiBase: string, url: unknown) =>
    createGatewayAddress({ apiBase, everyMs: 0, clock: scaledClock(0, 1), api: async () => ({ kind: 'answered', status: 200, body: { url }, code: null, text: 'HTTP 200' }) }).get();

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
    expect(await asked('https://api.bot.qq.com', 'ws://api.sgroup.qq.com/websocket')).toMatchObject({ ok: false, reason: expect.stringContaining('without encryption') as string });
  });
});
