/** A WebSocket with only what a connection needs. A simulation hands in its own. */
import { WebSocket } from 'ws';

export interface Socket {
  send(text: string): void;
  /** Ends it now, without a closing handshake. `closed` follows. */
  terminate(): void;
}

export interface SocketEvents {
  message(text: string): void;
  /** The connection failed or broke. `closed` follows. */
  failed(reason: string): void;
  /** Comes once. */
  closed(code: number, reason: string): void;
}

/** @throws SyntaxError when `url` is no WebSocket address. */
export type Dial = (url: string, events: SocketEvents) => Socket;

const KEEPALIVE_MS = 30_000;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

export const dialWebSocket: Dial = (url, events) => {
  const ws = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES });
  // Some networks drop idle connections without a word.
  ws.on('upgrade', (response) => response.socket.setKeepAlive(true, KEEPALIVE_MS));
  ws.on('error', (error) =>
    events.failed(error.message || ((error as NodeJS.ErrnoException).code ?? 'connection failed')),
  );
  ws.on('close', (code, reason) => events.closed(code, reason.toString('utf8')));
  ws.on('message', (data) => events.message((data as Buffer).toString('utf8')));
  return {
    send: (text) => {
      if (ws.readyState === ws.OPEN) ws.send(text);
    },
    terminate: () => ws.terminate(),
  };
};
