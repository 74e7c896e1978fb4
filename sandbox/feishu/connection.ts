/** One long connection of one client: its pings and pongs, frames both ways, and all the ways to end. */
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../src/base/clock.ts';
import type { App } from './apps.ts';
import type { ClientConfig } from './client-config.ts';
import type { PlatformEvent } from './events.ts';
import { CONTROL, decodeFrame, encodeFrame, headerOf, type Frame } from './frames.ts';
import { createPushes, type Ack } from './pushes.ts';

/** `bye`: closed with 1000 as the platform does; `broken`, `fin`: a FIN without a word; `reset`: a TCP reset. */
export type DropWay = 'bye' | 'broken' | 'fin' | 'reset';

export interface Connection {
  readonly app: App;
  /** When it was opened, by the platform's clock. */
  readonly since: number;
  /** Application pings so far. */
  readonly pings: number;
  /** Whether the client has sent its first ping. Before that nothing may be pushed: it could get lost. */
  readonly ready: boolean;
  push(event: PlatformEvent): Promise<Ack>;
  /** Anything at all, as one WebSocket message. */
  say(message: Uint8Array | string): void;
  drop(way: DropWay): void;
  /** Neither reads nor writes any more, as a server that hangs; or goes on. */
  freeze(frozen: boolean): void;
}

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly wire: Socket;
  readonly app: App;
  readonly clock: Clock;
  readonly clientConfig: ClientConfig;
  readonly ackTimeoutMs: number;
  readonly onReady: (connection: Connection) => void;
  readonly onClose: (connection: Connection) => void;
}

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));

export const createConnection = ({
  socket,
  wire,
  app,
  clock,
  clientConfig,
  ackTimeoutMs,
  onReady,
  onClose,
}: ConnectionOptions): Connection => {
  const since = clock.now();
  let pings = 0;
  let frozen = false;

  const send = (frame: Frame): void => {
    if (!frozen) socket.send(encodeFrame(frame));
  };

  const pong = (ping: Frame): void => {
    if (app.faults.noPong) return;
    // All four numbers, always: a client takes over what is missing as NaN and pings in a loop (docs/facts/feishu.md
    // 0.8).
    const payload = app.faults.pongPayload ?? JSON.stringify({ ...clientConfig, ...app.faults.clientConfig });
    send({ ...ping, headers: [{ key: 'type', value: 'pong' }], payload: Buffer.from(payload) });
  };

  const pushes = createPushes({ app, clock, ackTimeoutMs, send });

  const connection: Connection = {
    app,
    since,
    get pings() {
      return pings;
    },
    get ready() {
      return (pings > 0 || app.faults.pushBeforePing) && socket.readyState === socket.OPEN;
    },
    push: (event) => pushes.push(event),
    say: (message) => socket.send(message),
    freeze: (value) => {
      frozen = value;
      if (value) socket.pause();
      else socket.resume();
    },
    drop: (way) => {
      switch (way) {
        case 'bye':
          return socket.close(1000, 'bye');
        case 'broken':
          return socket.terminate();
        case 'fin':
          return void wire.end();
        case 'reset':
          return void wire.resetAndDestroy();
      }
    },
  };

  socket.on('message', (data) => {
    let frame: Frame;
    try {
      frame = decodeFrame(bytesOf(data));
    } catch {
      socket.close(1002, 'bad frame');
      return;
    }
    if (frame.method !== CONTROL) {
      pushes.acked(frame);
    } else if (headerOf(frame, 'type') === 'ping') {
      pings += 1;
      pong(frame);
      if (pings === 1) onReady(connection);
    }
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    pushes.end();
    onClose(connection);
  });
  return connection;
};
