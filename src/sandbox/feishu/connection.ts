/** One long connection of one client: its pings and pongs, frames pushed to it and their acks. */
import { randomBytes } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import type { App } from './apps.ts';
import type { ClientConfig } from './endpoint.ts';
import type { PlatformEvent } from './events.ts';
import { CONTROL, DATA, decodeFrame, encodeFrame, headerOf, type Frame } from './frames.ts';
import { newId } from './ids.ts';
import { parseObject } from './readable.ts';

/** What the client answered to a pushed event; `none`: nothing in time, or the connection was lost. */
export type Ack = { readonly kind: 'answer'; readonly code: number; readonly data: unknown } | { readonly kind: 'none' };

export interface Connection {
  readonly app: App;
  /** Whether the client has sent its first ping. Before that nothing may be pushed: it could get lost. */
  readonly ready: boolean;
  push(event: PlatformEvent): Promise<Ack>;
  close(code: number, reason: string): void;
  /** Breaks the connection without a word (a TCP reset or FIN). */
  terminate(): void;
}

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly app: App;
  readonly clientConfig: ClientConfig;
  readonly ackTimeoutMs: number;
  readonly onReady: (connection: Connection) => void;
  readonly onClose: (connection: Connection) => void;
}

/** Larger than 32 bits, to see that clients bring it back. */
const frameId = (): number => randomBytes(6).readUIntBE(0, 6);

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));

/** The handler's result, which the SDK packs as base64 of JSON. */
const unpack = (data: unknown): unknown => {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(Buffer.from(data, 'base64').toString());
  } catch {
    return null;
  }
};

export const createConnection = ({ socket, app, clientConfig, ackTimeoutMs, onReady, onClose }: ConnectionOptions): Connection => {
  const waiting = new Map<string, { readonly frame: Frame; readonly settle: (ack: Ack) => void }>();
  let ready = false;

  const pong = (ping: Frame): void => {
    if (app.faults.noPong) return;
    // All four numbers, always: a client takes over what is missing as NaN and pings in a loop (facts/feishu.md 0.8).
    const payload = Buffer.from(JSON.stringify(clientConfig));
    socket.send(encodeFrame({ ...ping, headers: [{ key: 'type', value: 'pong' }], payload }));
  };

  const acked = (frame: Frame): void => {
    const pushed = waiting.get(headerOf(frame, 'message_id') ?? '');
    if (pushed?.frame.seqId !== frame.seqId || pushed.frame.logId !== frame.logId) return;
    const answer = parseObject(Buffer.from(frame.payload).toString());
    pushed.settle({ kind: 'answer', code: Number(answer?.['code']), data: unpack(answer?.['data']) });
  };

  const connection: Connection = {
    app,
    get ready() {
      return ready && socket.readyState === socket.OPEN;
    },
    push: (event) =>
      new Promise((resolve) => {
        const messageId = newId('');
        const headers = Object.entries({ type: 'event', message_id: messageId, sum: '1', seq: '0', trace_id: newId('') });
        const frame: Frame = {
          seqId: frameId(),
          logId: frameId(),
          service: 1,
          method: DATA,
          headers: headers.map(([key, value]) => ({ key, value })),
          payload: Buffer.from(event.payload),
        };
        const settle = (ack: Ack): void => {
          clearTimeout(timer);
          waiting.delete(messageId);
          resolve(ack);
        };
        const timer = setTimeout(() => settle({ kind: 'none' }), ackTimeoutMs);
        waiting.set(messageId, { frame, settle });
        socket.send(encodeFrame(frame));
      }),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
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
      acked(frame);
    } else if (headerOf(frame, 'type') === 'ping') {
      pong(frame);
      if (ready) return;
      ready = true;
      onReady(connection);
    }
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    for (const { settle } of [...waiting.values()]) settle({ kind: 'none' });
    onClose(connection);
  });
  return connection;
};
