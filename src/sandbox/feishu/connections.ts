/** All long connections: opening them from an upgrade, counting, choosing one, dropping them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { App } from './apps.ts';
import { createConnection, type Connection } from './connection.ts';
import type { ClientConfig, Endpoint } from './endpoint.ts';

export interface Connections {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Connections of an app that have sent their first ping. */
  ready(app: App): readonly Connection[];
  /** One of them at random, as the platform does (facts/feishu.md 3.5). */
  pick(app: App): Connection | null;
  /** Ready or not. */
  all(app?: App): readonly Connection[];
}

export interface ConnectionsOptions {
  readonly endpoint: Endpoint;
  readonly clientConfig: ClientConfig;
  readonly ackTimeoutMs: number;
  readonly onReady: (app: App) => void;
}

const refuse = (socket: Duplex, status: string, message: string): void => {
  socket.end(
    ['HTTP/1.1 403 Forbidden', `handshake-status: ${status}`, `handshake-msg: ${message}`, 'handshake-autherrcode: 0', 'content-length: 0', 'connection: close', '', ''].join('\r\n'),
  );
};

export const createConnections = ({ endpoint, clientConfig, ackTimeoutMs, onReady }: ConnectionsOptions): Connections => {
  const server = new WebSocketServer({ noServer: true });
  const open = new Set<Connection>();
  const all = (app?: App): readonly Connection[] => [...open].filter((connection) => !app || connection.app === app);
  const ready = (app: App): readonly Connection[] => all(app).filter((connection) => connection.ready);
  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const app = endpoint.redeem(new URL(request.url ?? '/', 'http://sandbox'));
      if (app?.faults.upgrade === 'hang') {
        // Read on, to notice when the client gives up.
        socket.resume().once('end', () => socket.destroy());
        return;
      }
      if (!app) return refuse(socket, '514', 'auth failed');
      if (app.faults.upgrade === 'refuse') return refuse(socket, '403', 'forbidden');
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const onClose = (connection: Connection): void => void open.delete(connection);
        open.add(createConnection({ socket: webSocket, app, clientConfig, ackTimeoutMs, onReady: () => onReady(app), onClose }));
      });
    },
    all,
    ready,
    pick: (app) => {
      const candidates = ready(app);
      return candidates[Math.floor(Math.random() * candidates.length)] ?? null;
    },
  };
};
