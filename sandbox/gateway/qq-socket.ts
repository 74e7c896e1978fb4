/** One WebSocket to the QQ gateway: open it, hear its frames, learn how it closed. */
import { WebSocket, type RawData } from 'ws';
import { ConnectError } from './http.ts';

export interface QqFrame {
  readonly op: number;
  readonly d?: unknown;
  readonly s?: number;
  readonly t?: string;
}

export interface QqClose {
  readonly code: number;
  readonly reason: string;
}

export interface QqSocket {
  readonly closed: Promise<QqClose>;
  /** No frame is heard before this. */
  listen(): void;
  send(frame: QqFrame): void;
  close(): void;
}

/** Without a close frame; `ws` has this code for it. */
export const NO_CLOSE_FRAME = 1006;

const HANDSHAKE_TIMEOUT_MS = 20_000;

const parse = (data: RawData): QqFrame | null => {
  try {
    // The platform sends text; whatever else comes does not parse.
    return JSON.parse((data as Buffer).toString('utf8')) as QqFrame;
  } catch {
    return null;
  }
};

/** @throws Error when the handshake fails, in aiohttp's words. */
export const openQqSocket = (url: string, onFrame: (socket: QqSocket, frame: QqFrame) => void): Promise<QqSocket> =>
  new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
    const socket: QqSocket = {
      closed: new Promise((done) => ws.on('close', (code, reason) => done({ code, reason: reason.toString('utf8') }))),
      listen: () => ws.resume(),
      send: (frame) => ws.send(JSON.stringify(frame), () => undefined),
      close: () => ws.close(1000),
    };
    ws.on('message', (data) => {
      const frame = parse(data);
      if (frame) onFrame(socket, frame);
    });
    ws.once('open', () => {
      ws.pause();
      resolve(socket);
    });
    ws.once('unexpected-response', (request, answer) => {
      request.destroy();
      reject(new Error(`${String(answer.statusCode)}, message='Invalid response status', url='${url}'`));
    });
    ws.on('error', (error) => reject(new ConnectError(new URL(url), error)));
  });
