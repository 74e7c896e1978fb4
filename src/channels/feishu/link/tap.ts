/**
 * The agent that opens the long connection's sockets, so that we see all that comes in, learn of a lost socket
 * at once, and can end one whose handshake hangs. The SDK tells nothing of these and its `close()` does not reach a
 * socket in its handshake (facts/feishu.md 1.1).
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { createIncoming } from './incoming.ts';
import { refusedUpgrade } from './upgrade.ts';

export interface Tap {
  readonly agent: HttpAgent;
  /** Sends a WebSocket ping (RFC 6455, 5.5.2) beside the SDK's frames. Only after the handshake. */
  ping(): void;
  /** Ends every socket, and every later one at its birth. */
  destroy(): void;
}

export interface TapEvents {
  /** Something came: the answer to a ping of ours, or more than that. */
  readonly onFrame: (what: 'pong' | 'data') => void;
  /** The platform answered the handshake with a no; in words for people. */
  readonly onRefused: (problem: string) => void;
  /** `code`: why, when the system knows, e.g. ECONNRESET. */
  readonly onClose: (code: string | null) => void;
}

/** FIN and opcode 9, masked as a client must, no payload, a mask of zeros. */
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

export const createTap = (secure: boolean, { onFrame, onRefused, onClose }: TapEvents): Tap => {
  const agent = secure ? new HttpsAgent() : new HttpAgent();
  const connect = agent.createConnection.bind(agent);
  const sockets = new Set<Duplex>();
  let destroyed = false;
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (!socket) return socket;
    let code: string | null = null;
    sockets.add(socket);
    const incoming = createIncoming({
      head: (head) => {
        const problem = refusedUpgrade(head);
        if (problem === null) onFrame('data');
        else onRefused(problem);
      },
      frame: onFrame,
    });
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
      for (const socket of sockets) socket.destroy();
    },
  };
};
