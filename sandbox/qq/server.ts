/** The platform's one server: REST, the socket upgrade, and the ways in which it can be out of reach. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { remember } from './bot.ts';
import { serveSocket, type GatewaySettings } from './gateway-socket.ts';
import { readBody, writeAnswer } from './http.ts';
import { answerRequest, type RestWorld } from './rest.ts';

export interface QqServer {
  /** @returns the port; the same one when asked for. */
  listen(port: number): Promise<number>;
  /** Cuts every connection; with `true`, new ones as well until it is `false` again. */
  setOutage(on: boolean): void;
  /** Listens no more, so that whoever dials is refused (ECONNREFUSED). */
  close(): Promise<void>;
}

export const createQqServer = (world: RestWorld, settings: GatewaySettings): QqServer => {
  const raw = new Set<Socket>();
  const sockets = new WebSocketServer({ noServer: true });
  let outage = false;
  let server: Server | null = null;

  const cutAll = (): void => {
    for (const socket of raw) socket.destroy();
  };

  const onUpgrade = (request: IncomingMessage, duplex: Duplex, head: Buffer): void => {
    duplex.on('error', () => undefined);
    const appId = /^\/websocket\/([^/?]+)/.exec(request.url ?? '')?.[1];
    const bot = appId === undefined ? undefined : world.bot(appId);
    if (bot?.faults.connect === 'hang') return;
    if (bot?.faults.connect === 'refuse') {
      duplex.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, duplex, head, (ws) => serveSocket(ws, bot, settings));
  };

  const create = (): Server => {
    const made = createServer((request, response) => {
      void readBody(request).then(
        (body) => {
          const method = request.method ?? 'GET';
          const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
          const { bot, answer } = answerRequest(world, {
            method,
            path,
            authorization: request.headers.authorization,
            body,
          });
          if (bot)
            remember(bot.requests, { method, path, body, status: answer.kind === 'answer' ? answer.status : null });
          writeAnswer(response, answer);
        },
        () => response.destroy(),
      );
    });
    made.on('connection', (socket) => {
      raw.add(socket);
      socket.once('close', () => raw.delete(socket));
      if (outage) socket.destroy();
    });
    made.on('upgrade', onUpgrade);
    return made;
  };

  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        if (server?.listening) return resolve(port);
        server = create();
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => resolve((server?.address() as AddressInfo).port));
      }),
    setOutage: (on) => {
      outage = on;
      if (on) cutAll();
    },
    close: () =>
      new Promise((resolve) => {
        if (!server) return resolve();
        server.close(() => resolve());
        server = null;
        cutAll();
      }),
  };
};
