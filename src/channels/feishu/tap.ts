/**
 * The agent that opens the long connection's sockets, so that we see every byte that comes in, learn of a lost socket
 * at once, and can end one whose handshake hangs. The SDK tells nothing of these and its `close()` does not reach a
 * socket in its handshake (facts/feishu.md 1.1).
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

export interface Tap {
  readonly agent: HttpAgent;
  /** Ends every socket, and every later one at its birth. */
  destroy(): void;
}

export interface TapEvents {
  readonly onBytes: () => void;
  /** `code`: why, when the system knows, e.g. ECONNRESET. */
  readonly onClose: (code: string | null) => void;
}

export const createTap = (secure: boolean, { onBytes, onClose }: TapEvents): Tap => {
  const agent = secure ? new HttpsAgent() : new HttpAgent();
  const connect = agent.createConnection.bind(agent);
  const sockets = new Set<Duplex>();
  let destroyed = false;
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (!socket) return socket;
    let code: string | null = null;
    sockets.add(socket);
    socket.on('data', onBytes);
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
    destroy: () => {
      destroyed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
};
