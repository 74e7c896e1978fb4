/** Something that listens where a gateway would, and answers as a test says: well, badly, or not at all. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Listener {
  readonly port: number;
  /** By path; without an entry the page that the gateway shows for any path. */
  readonly pages: Map<string, (response: ServerResponse) => void>;
  /** By method, what is sent for its answer: a frame without id and type; undefined: nothing. */
  readonly methods: Map<string, (params: Record<string, unknown>) => object | undefined>;
  /** What clients did: `connect`, `channels.status`… */
  readonly calls: { readonly method: string; readonly params: Record<string, unknown> }[];
  /** What happens to a new connection; the challenge by default. */
  greet: (socket: WebSocket) => void;
  readonly sockets: Set<WebSocket>;
  stop(): Promise<void>;
}

export const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

export const ok = (payload: unknown): object => ({ ok: true, payload });
export const refuse = (message: string, code = 'INVALID_REQUEST'): object => ({ ok: false, error: { code, message } });

const PAGE = '<!doctype html><title>OpenClaw</title>';

export const listen = async (): Promise<Listener> => {
  const server = createServer((request: IncomingMessage, response) => {
    const page = listener.pages.get(request.url ?? '');
    if (page) page(response);
    else response.end(PAGE);
  });
  const sockets = new Set<WebSocket>();
  new WebSocketServer({ server }).on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse((data as Buffer).toString('utf8')) as {
        id: string;
        method: string;
        params: Record<string, unknown>;
      };
      listener.calls.push({ method, params });
      const answer = (listener.methods.get(method) ?? (() => refuse(`unknown method: ${method}`)))(params);
      if (answer !== undefined) socket.send(JSON.stringify({ type: 'res', id, ...answer }));
    });
    listener.greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listener: Listener = {
    port: (server.address() as AddressInfo).port,
    pages: new Map([
      ['/health', json({ ok: true, status: 'live' })],
      ['/startup', json({ ok: true, status: 'started', version: '2026.9.6', uptimeMs: 5_000 })],
      ['/readyz', json({ ready: true, failing: [], uptimeMs: 5_000 })],
    ]),
    methods: new Map([['connect', () => ok({ protocol: 4 })]]),
    calls: [],
    greet: (socket) =>
      socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n' } })),
    sockets,
    stop: async () => {
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return listener;
};
