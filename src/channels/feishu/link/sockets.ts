/**
 * The sockets of the long connection, seen through the HTTP agent that the SDK takes as an option. The SDK has no option
 * for, and up to 1.74 does not do, what happens here: it says why a handshake was refused (docs/facts/feishu.md 1.2),
 * offers no compression, limits the size of a message, sends WebSocket pings, and ends a socket in its handshake, which
 * the SDK's `close()` does not reach (docs/facts/feishu.md 1.1).
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { explain } from '../http/refusals.ts';

export interface Sockets {
  readonly agent: HttpAgent;
  /** Sends a WebSocket ping (RFC 6455, 5.5.2) beside the SDK's frames. Only after the handshake. */
  ping(): void;
  /** Ends every socket, and every later one as it is opened. */
  destroy(): void;
}

export interface SocketEvents {
  /** A frame came: the answer to a ping of ours, or other data. */
  readonly onFrame: (what: 'pong' | 'data') => void;
  /** The platform refused the handshake or broke the protocol; in words for people. */
  readonly onRefused: (problem: string) => void;
  /** A socket closed. `code`: why, when the system knows, such as ECONNRESET. */
  readonly onClose: (code: string | null) => void;
}

/** Node's event for a request that is about to be sent: https://nodejs.org/api/diagnostics_channel.html */
const REQUEST_CREATED = 'http.client.request.created';

/**
 * A message of a person has 150 KB at most, and the platform cuts its events into pieces (docs/facts/feishu.md 1.3,
 * 3.2). The SDK's own limit is 100 MB.
 */
const MOST_MESSAGE_BYTES = 4 * 1_048_576;

/** FIN and opcode 9, masked as a client must, no payload, a mask of zeros. */
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

export const createSockets = (secure: boolean, { onFrame, onRefused, onClose }: SocketEvents): Sockets => {
  const agent = secure ? new HttpsAgent() : new HttpAgent();
  const sockets = new Set<Socket>();
  let destroyed = false;

  const keep = (socket: Socket): void => {
    let code: string | null = null;
    sockets.add(socket);
    socket.once('error', (error: NodeJS.ErrnoException) => (code = error.code ?? null));
    socket.once('close', () => {
      sockets.delete(socket);
      onClose(code);
    });
    if (destroyed) socket.destroy();
  };
  const listen = ({ headers }: IncomingMessage, socket: Socket): void => {
    const refuse = (problem: string): void => {
      onRefused(problem);
      socket.destroy();
    };
    if ('sec-websocket-extensions' in headers)
      return refuse('the platform compresses what nobody asked it to compress');
    onFrame('data');
    const tooLong = (): void => refuse('the platform sent a message that is too long');
    const read = createFrameReader({ frame: onFrame, tooLong }, MOST_MESSAGE_BYTES);
    // The WebSocket library puts back what came with the handshake, and then listens itself. A listener that is there
    // before that would take these bytes from it.
    process.nextTick(() => socket.on('data', read));
  };
  const onRequest = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest & { readonly agent?: unknown } };
    if (request.agent !== agent) return;
    // The SDK offers compression, and a few compressed kB can be 100 MB.
    request.removeHeader('sec-websocket-extensions');
    request.once('socket', keep);
    request.once('upgrade', listen);
    request.once('response', (response: IncomingMessage) => onRefused(refusalIn(response)));
  };
  subscribe(REQUEST_CREATED, onRequest);
  return {
    agent,
    ping: () => {
      for (const socket of sockets) if (socket.writable) socket.write(PING);
    },
    destroy: () => {
      destroyed = true;
      unsubscribe(REQUEST_CREATED, onRequest);
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** Why the platform refused a handshake, such as the limit of 50 connections: it stands in headers of the answer. */
export const refusalIn = ({ statusCode, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>): string => {
  const code = ['handshake-autherrcode', 'handshake-status'].map((name) => Number(headers[name])).find((it) => it > 0);
  return code === undefined
    ? `the platform refused the long connection with HTTP ${statusCode}`
    : explain(code, String(headers['handshake-msg'] ?? ''));
};

const PONG = 0xa;
const CONTINUATION = 0;
/** Opcodes from here on are control frames, which carry 125 bytes at most. */
const FIRST_CONTROL = 8;

/** @returns the length of a frame's header and of its payload; null: the header is not whole yet. RFC 6455, 5.2. */
const measure = (bytes: Buffer): { readonly header: number; readonly payload: number } | null => {
  const [, second] = bytes;
  if (second === undefined) return null;
  // The platform's frames are not masked; a masked one would still be measured right.
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  const long = { 126: 2, 127: 8 }[short] ?? 0;
  if (bytes.length < 2 + long) return null;
  const header = 2 + long + mask;
  if (long === 0) return { header, payload: short };
  return { header, payload: long === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)) };
};

export interface FrameEvents {
  readonly frame: (what: 'pong' | 'data') => void;
  /** A message is longer than `mostBytes`. Told from its frames' headers, before it is there. */
  readonly tooLong: () => void;
}

/**
 * Tells answers to our own pings from other data.
 * @returns a function that takes the bytes of one socket from the end of the handshake on.
 */
export const createFrameReader = (on: FrameEvents, mostBytes: number): ((chunk: Buffer) => void) => {
  /** The size so far of a message, which may come in several frames (RFC 6455, 5.4). */
  let messageBytes = 0;
  /** Bytes of a frame's header that is not whole yet. */
  let pending: Buffer = Buffer.alloc(0);
  let skip = 0;

  return (chunk) => {
    let bytes = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    pending = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (skip > 0) {
        const skipped = Math.min(skip, bytes.length);
        skip -= skipped;
        bytes = bytes.subarray(skipped);
        // Each chunk of a long frame shows that the platform is there.
        on.frame('data');
        continue;
      }
      const size = measure(bytes);
      if (!size) {
        pending = bytes;
        return;
      }
      const opcode = (bytes[0] ?? 0) & 0x0f;
      if (opcode < FIRST_CONTROL) {
        messageBytes = size.payload + (opcode === CONTINUATION ? messageBytes : 0);
        if (messageBytes > mostBytes) return on.tooLong();
      }
      const length = size.header + size.payload;
      skip = Math.max(0, length - bytes.length);
      bytes = bytes.subarray(length);
      on.frame(opcode === PONG ? 'pong' : 'data');
    }
  };
};
