/**
 * The HTTP agent that opens the sockets of the long connection. Through it Lifeline reads all bytes that come in,
 * learns at once of a lost socket, and can end a socket whose handshake hangs. The SDK tells nothing of these, and its
 * `close()` does not reach a socket in its handshake (docs/facts/feishu.md 1.1).
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { createFrameReader } from './frame-reader.ts';
import { refusedHandshake } from './refused-handshake.ts';

export interface SocketAgent {
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
 * 3.2).
 */
const MOST_MESSAGE_BYTES = 4 * 1_048_576;

/** FIN and opcode 9, masked as a client must, no payload, a mask of zeros. */
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

export const createSocketAgent = (secure: boolean, { onFrame, onRefused, onClose }: SocketEvents): SocketAgent => {
  const agent = secure ? new HttpsAgent() : new HttpAgent();
  // The SDK offers compression, and a few compressed kB can be 100 MB.
  const withoutCompression = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest & { readonly agent?: unknown } };
    if (request.agent === agent) request.removeHeader('sec-websocket-extensions');
  };
  subscribe(REQUEST_CREATED, withoutCompression);
  const connect = agent.createConnection.bind(agent);
  const sockets = new Set<Duplex>();
  let destroyed = false;
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (!socket) return socket;
    let code: string | null = null;
    sockets.add(socket);
    const incoming = createFrameReader(
      {
        head: (head) => {
          const problem = refusedHandshake(head);
          if (problem === null) onFrame('data');
          else onRefused(problem);
        },
        frame: onFrame,
        tooLong: () => {
          onRefused('the platform sent a message that is too long');
          socket.destroy();
        },
      },
      MOST_MESSAGE_BYTES,
    );
    socket.on('data', incoming);
    socket.once('error', (error: NodeJS.ErrnoException) => (code = error.code ?? null));
    socket.once('close', () => {
      sockets.delete(socket);
      onClose(code);
    });
    if (destroyed) socket.destroy();
    return socket;
  };
  return {
    agent,
    ping: () => {
      for (const socket of sockets) if (socket.writable) socket.write(PING);
    },
    destroy: () => {
      destroyed = true;
      unsubscribe(REQUEST_CREATED, withoutCompression);
      for (const socket of sockets) socket.destroy();
    },
  };
};
