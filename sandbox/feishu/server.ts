/** The platform's HTTP server on the loopback, which can be cut off from the world and come back. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { sendReply, type Reply } from './http.ts';

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, known after `start`; the empty string before. */
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Cuts every connection at once and takes no new one, or takes them again. */
  setDown(down: boolean): void;
}

export interface ServerOptions {
  readonly answer: (request: IncomingMessage, url: URL) => Promise<Reply>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export const createLoopbackServer = ({ answer, upgrade }: ServerOptions): LoopbackServer => {
  const sockets = new Set<Socket>();
  let down = false;
  let address = '';

  const server = createServer((request, response) => {
    // Whatever goes wrong with one request (mostly: the client went away) ends that request alone.
    answer(request, new URL(request.url ?? '/', 'http://sandbox'))
      .then((reply) => sendReply(response, reply))
      .catch(() => response.destroy());
  });
  server.on('upgrade', upgrade);
  server.on('connection', (socket) => {
    if (down) socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());

  return {
    get url() {
      return address;
    },
    start: async () => {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
    setDown: (value) => {
      down = value;
      if (down) cut();
    },
  };
};
