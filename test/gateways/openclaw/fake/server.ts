/**
 * What the fake answers: health and readiness over HTTP, everything else over one WebSocket (docs/facts/openclaw.md 4).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../../../src/base/clock.ts';
import type { Log } from './log.ts';

export interface ServerOptions {
  readonly port: number;
  readonly token: string | null;
  readonly takesHandshake: () => boolean;
  /** What `/startup` says; the other questions of HTTP follow from it. */
  readonly phase: () => 'starting' | 'started' | 'draining';
  readonly failing: () => readonly string[];
  readonly suppressed: () => readonly string[];
  /** @returns the payload; null: kept back. @throws Error as the answer. */
  readonly call: (method: string, params: Readonly<Record<string, unknown>>) => unknown;
  readonly log: Log;
  readonly clock: Clock;
}

export interface Server {
  close(): void;
}

const VERSION = '2026.9.6';
const TICK_MS = 30_000;
/** The Control UI answers for whatever it does not know. */
const PAGE = '<!doctype html><html><head><title>OpenClaw Control</title></head><body></body></html>';

interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>> & {
    readonly auth?: { readonly token?: string };
    readonly client?: { readonly id?: string; readonly mode?: string };
  };
}

export const serve = async (options: ServerOptions): Promise<Server> => {
  const { port, token, takesHandshake, phase, failing, suppressed, call, log, clock } = options;
  const began = clock.now();

  const health = (path: string): { readonly status: number; readonly body: object } | null => {
    const uptimeMs = clock.now() - began;
    switch (path) {
      case '/health':
      case '/healthz':
        return { status: 200, body: { ok: true, status: 'live' } };
      case '/startup':
      case '/startupz': {
        if (phase() === 'started')
          return { status: 200, body: { ok: true, status: 'started', version: VERSION, uptimeMs } };
        return {
          status: 503,
          body: {
            ok: false,
            status: phase(),
            ...(phase() === 'starting' ? { pendingReason: 'startup-sidecars' } : {}),
            uptimeMs,
          },
        };
      }
      case '/ready':
      case '/readyz': {
        const whenUp = phase() === 'starting' ? ['startup-sidecars'] : failing();
        const wrong = phase() === 'draining' ? ['gateway-draining'] : whenUp;
        const held = suppressed();
        return {
          status: wrong.length === 0 ? 200 : 503,
          body: {
            ready: wrong.length === 0,
            failing: wrong,
            ...(held.length > 0 ? { suppressed: held } : {}),
            uptimeMs,
            eventLoop: { degraded: false },
          },
        };
      }
      default:
        return null;
    }
  };

  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    const found = health(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(found?.status ?? 200, {
      'content-type': found ? 'application/json' : 'text/html; charset=utf-8',
    });
    response.end(found ? JSON.stringify(found.body) : PAGE);
  });
  const sockets = new WebSocketServer({ server: http });

  const greet = (socket: WebSocket): void => {
    const conn = randomUUID();
    let known = false;
    const send = (frame: object): void => socket.send(JSON.stringify(frame));
    const answer = (id: string, payload: unknown): void => send({ type: 'res', id, ok: true, payload });
    const refuse = (id: string, code: string, message: string): void =>
      send({ type: 'res', id, ok: false, error: { code, message } });

    const shakeHands = (id: string, params: Frame['params']): void => {
      if (!takesHandshake() || (token !== null && params?.auth?.token !== token)) {
        log(
          'WARN',
          'gateway/ws',
          `unauthorized conn=${conn} remote=127.0.0.1 client=${params?.client?.id ?? '?'} backend reason=token_mismatch`,
        );
        refuse(id, 'INVALID_REQUEST', 'unauthorized: gateway token mismatch');
        socket.close(1008, 'unauthorized: gateway token mismatch');
        return;
      }
      known = true;
      answer(id, {
        type: 'hello-ok',
        protocol: 4,
        server: { version: VERSION, connId: conn },
        features: {
          methods: ['channels.status', 'channels.start', 'channels.stop'],
          events: ['tick', 'health', 'shutdown'],
        },
      });
    };

    let cancelTick = (): void => undefined;
    const tick = (): void => {
      if (known) send({ type: 'event', event: 'tick', payload: { ts: clock.now() } });
      cancelTick = clock.timer(TICK_MS, tick);
    };
    cancelTick = clock.timer(TICK_MS, tick);
    socket.on('close', () => cancelTick());
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const { type, id = '', method = '', params = {} } = JSON.parse((data as Buffer).toString('utf8')) as Frame;
      if (type !== 'req') return;
      if (method === 'connect') return shakeHands(id, params);
      if (!known) return socket.close(1008, 'invalid handshake: first request must be connect');
      try {
        const payload = call(method, params);
        if (payload !== null) answer(id, payload);
      } catch (error) {
        refuse(id, 'INVALID_REQUEST', (error as Error).message);
      }
    });
    send({ type: 'event', event: 'connect.challenge', payload: { nonce: conn, ts: clock.now() } });
  };
  sockets.on('connection', greet);

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
      http.closeAllConnections();
    },
  };
};
