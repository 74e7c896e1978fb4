/** A server of a platform that does what it likes: over HTTP and on the long connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createFeishuChannel } from '../../src/channels/feishu/channel.ts';
import { createQqChannel } from '../../src/channels/qq/channel.ts';
import { openDatabase } from '../../src/store/database.ts';

export const MEGABYTE = 1_048_576;
/** What Lifeline reads, and what lies in the buffers of both ends of a loopback socket. */
export const MOST_SENT = 16 * MEGABYTE;

export interface HostileServer {
  readonly server: Server;
  readonly origin: string;
  /** Bytes that went out so far. */
  readonly sent: () => number;
}

export const startServer = async (
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HostileServer> => {
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
  return {
    server,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => closed + [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
  };
};

/** Well-formed as far as it goes, and without an end. @param everyMs null: as fast as it is taken. */
export const endless = (response: ServerResponse, beginning: string, everyMs: number | null = null): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(beginning);
  const filler = 'x'.repeat(everyMs === null ? 65_536 : 1);
  const more = (): void => {
    if (response.destroyed) return;
    response.write(filler, () => (everyMs === null ? setImmediate(more) : setTimeout(more, everyMs)));
  };
  more();
};

export const isToken = ({ url = '' }: IncomingMessage): boolean => url.includes('token');
export const giveToken = (response: ServerResponse): void =>
  void response.end(
    JSON.stringify({
      code: 0,
      msg: 'ok',
      tenant_access_token: 't',
      access_token: 't',
      expire: 7_200,
      expires_in: 7_200,
    }),
  );
export const isAddress = ({ url = '' }: IncomingMessage): boolean =>
  url === '/callback/ws/endpoint' || url === '/gateway';

/** Where the long connection is, for either platform. @param more replaces parts of Feishu's answer. */
export const giveAddress = (response: ServerResponse, url: unknown, more: object = {}): void =>
  void response.end(
    JSON.stringify({
      code: 0,
      msg: 'ok',
      url,
      data: {
        URL: url,
        ClientConfig: { PingInterval: 120, ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30 },
        ...more,
      },
    }),
  );

export interface HostilePlatform extends HostileServer {
  /** The headers of each handshake. */
  readonly upgrades: readonly Record<string, unknown>[];
}

/** A platform as far as its long connection, which then says what it likes. */
export const startHostilePlatform = async (talk: (socket: Socket) => void): Promise<HostilePlatform> => {
  const upgrades: Record<string, unknown>[] = [];
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  const started = await startServer((request, response) => {
    request.resume();
    if (isToken(request)) giveToken(response);
    else giveAddress(response, `${started.origin.replace('http', 'ws')}/ws?a=1&device_id=d&service_id=1`);
  });
  started.server.on('upgrade', (request, socket, head) => {
    upgrades.push({ ...request.headers });
    sockets.handleUpgrade(request, socket, head, () => talk(socket as Socket));
  });
  return { ...started, upgrades };
};

/** One frame of text or data that says it has 1 GB, and the beginning of that. */
export const giantFrame = (socket: Socket): void => {
  socket.write(Buffer.from([0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0]));
  const filler = Buffer.alloc(65_536, 0x78);
  const more = (): void => {
    if (!socket.destroyed) socket.write(filler, () => setImmediate(more));
  };
  more();
};

/** Frames of 1 MB that all belong to one message. */
export const manyFrames = (socket: Socket): void => {
  let first = true;
  const more = (): void => {
    if (socket.destroyed) return;
    const header = Buffer.from([first ? 0x02 : 0x00, 127, 0, 0, 0, 0, 0, 0x10, 0, 0]);
    first = false;
    socket.write(Buffer.concat([header, Buffer.alloc(MEGABYTE, 0x78)]), () => setImmediate(more));
  };
  more();
};

export const FEISHU = {
  appId: 'cli_0123456789abcdef',
  appSecret: 's',
  logger: silentLogger(),
  minBackoffMs: 20,
  maxBackoffMs: 50,
};

/**
 * A channel on such a platform, with quick pauses. @param httpMs the limit of each HTTP call. @param db where it
 * remembers; a new one unless given.
 */
export const CHANNEL_ON: Readonly<
  Record<'feishu' | 'qq', (origin: string, httpMs?: number, db?: DatabaseSync) => Channel>
> = {
  feishu: (origin, httpMs = 60_000, db = openDatabase(':memory:')) =>
    createFeishuChannel({ ...FEISHU, domain: origin, httpTimeoutMs: httpMs, db }),
  qq: (origin, httpMs = 60_000, db = openDatabase(':memory:')) =>
    createQqChannel({
      db,
      appId: '1',
      clientSecret: 's',
      apiBase: origin,
      tokenUrl: `${origin}/token`,
      logger: silentLogger(),
      timings: {
        backoffFirstMs: 20,
        backoffMaxMs: 50,
        slowRetryMs: 50,
        requestMs: httpMs,
        addressEveryMs: 0,
        tokenPauseMs: 20,
      },
    }),
};

/** Forgets all: to make a new database takes longer than most of what is tried with it. */
export const emptied = (db: DatabaseSync): DatabaseSync => {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  db.exec('PRAGMA foreign_keys = OFF');
  db.exec(tables.map(({ name }) => `DELETE FROM "${String(name)}";`).join('\n'));
  db.exec('PRAGMA foreign_keys = ON');
  return db;
};
