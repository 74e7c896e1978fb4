/** All long connections: opening them from an upgrade, counting, choosing one. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { App } from './apps.ts';
import { createConnection, type Connection, type ConnectionOptions } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import type { UpgradeFault } from './faults.ts';
import type { Rules } from './rules.ts';

export interface Connections {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Connections of an app that have sent their first ping. */
  ready(app: App): readonly Connection[];
  /** One of them at random, as the platform does (docs/facts/feishu.md 3.5). */
  pick(app: App): Connection | null;
  /** Ready or not. */
  all(app?: App): readonly Connection[];
}

export interface ConnectionsOptions extends Pick<ConnectionOptions, 'clock' | 'clientConfig' | 'ackTimeoutMs'> {
  readonly endpoint: Endpoint;
  readonly rules: Rules;
  readonly onReady: (app: App) => void;
}

type Refusal = Exclude<UpgradeFault, string>;

const MAX_CONNECTIONS = 50;
const AUTH_FAILED: Refusal = { status: 514, message: 'auth failed', authErrCode: 0 };
const TOO_MANY: Refusal = {
  status: 514,
  message: 'the number of connections exceeded the limit',
  authErrCode: 1000040350,
};
const FORBIDDEN: Refusal = { status: 403, message: 'forbidden', authErrCode: 0 };

const refuse = (socket: Duplex, { status, message, authErrCode }: Refusal): void => {
  const headers = [`handshake-status: ${status}`, `handshake-msg: ${message}`, `handshake-autherrcode: ${authErrCode}`];
  socket.end(['HTTP/1.1 403 Forbidden', ...headers, 'content-length: 0', 'connection: close', '', ''].join('\r\n'));
};

export const createConnections = ({ endpoint, rules, onReady, ...options }: ConnectionsOptions): Connections => {
  const server = new WebSocketServer({ noServer: true });
  const open = new Set<Connection>();
  const all = (app?: App): readonly Connection[] => [...open].filter((connection) => !app || connection.app === app);
  const ready = (app: App): readonly Connection[] => all(app).filter((connection) => connection.ready);

  const accept = (app: App, request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const early = app.faults.pushBeforePing;
    // What is pushed early leaves in one packet with the answer to the upgrade.
    if (early) socket.cork();
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const onClose = (connection: Connection): void => void open.delete(connection);
      open.add(
        createConnection({
          ...options,
          socket: webSocket,
          wire: socket as Socket,
          app,
          onReady: () => onReady(app),
          onClose,
        }),
      );
      if (early) onReady(app);
    });
    if (early) process.nextTick(() => socket.uncork());
  };

  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const app = endpoint.redeem(new URL(request.url ?? '/', 'http://sandbox'));
      const fault = app?.faults.upgrade;
      if (fault === 'hang') {
        // Read on, to notice when the client gives up.
        socket.resume().once('end', () => socket.destroy());
        return;
      }
      if (!app) return refuse(socket, AUTH_FAILED);
      if (fault) return refuse(socket, fault === 'refuse' ? FORBIDDEN : fault);
      if (rules.connections && all(app).length >= MAX_CONNECTIONS) return refuse(socket, TOO_MANY);
      accept(app, request, socket, head);
    },
    all,
    ready,
    pick: (app) => {
      const candidates = ready(app);
      return candidates[Math.floor(Math.random() * candidates.length)] ?? null;
    },
  };
};
