/** Shows figures and health to programs of this machine: two paths, read only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errorText, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Listen } from '../config/config.ts';
import { ownHealthOf, type HealthState } from './health.ts';

export interface ShownOptions {
  readonly listen: Listen;
  readonly version: string;
  readonly health: () => HealthState;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly logger: Logger;
  /** Whoever is slower to ask or to take the answer makes way: a scrape takes milliseconds. */
  readonly requestMs?: number;
}

export interface Shown {
  readonly port: number;
  /** Ends every connection. */
  stop(): Promise<void>;
}

const MOST_CONNECTIONS = 20;
const MOST_HEADER_BYTES = 8_192;

/** @throws UserError `METRICS_ADDRESS` when it cannot listen there. */
export const showMetrics = async ({
  listen: { host, port },
  version,
  health,
  metrics,
  logger,
  requestMs = 5_000,
}: ShownOptions): Promise<Shown> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, type, body } = await reply(request);
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      connection: 'close',
      ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

  const reply = async ({ method, url = '', headers }: IncomingMessage): Promise<Reply> => {
    if (!isOwnName(headers.host, host)) return text(403, `ask under the address itself: ${host}\n`);
    if (method !== 'GET' && method !== 'HEAD') return text(405, 'only GET and HEAD\n');
    const [path] = url.split('?');
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() };
    if (path !== '/healthz') return text(404, 'there are /metrics and /healthz\n');
    const { status, body } = ownHealthOf(health(), version);
    return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` };
  };

  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      connectionsCheckingInterval: requestMs / 5,
      maxHeaderSize: MOST_HEADER_BYTES,
    },
    (request, response) => {
      response.setTimeout(requestMs, () => response.destroy());
      answer(request, response).catch((error: unknown) => {
        logger.error({ err: error }, 'the figures could not be shown');
        if (!response.headersSent) response.writeHead(500, { connection: 'close' });
        response.end();
      });
    },
  );
  // A new connection takes the place of the oldest one: who connects and says nothing keeps no scraper out.
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    if (connections.size >= MOST_CONNECTIONS) [...connections][0]?.destroy();
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new UserError(
          'METRICS_ADDRESS',
          `metrics.listen: cannot listen on ${host}:${port}: ${errorText(error)}. Choose another port, or end the program that has this one.`,
          { cause: error },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => logger.error({ error: errorText(error) }, 'the figures are not shown any more'));
  const address = server.address() as AddressInfo;
  logger.info({ host, port: address.port }, 'figures and health are shown');
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const text = (status: number, body: string): Reply => ({ status, type: 'text/plain; charset=utf-8', body });

/**
 * Whether a request names the address that it is sent to. Any web page in a browser of this machine can have a name of
 * its own lead here (DNS rebinding), and then read the answers; but its requests bear that name.
 * @param header `Host`, with or without a port. @param host where Lifeline listens, without brackets.
 */
const isOwnName = (header: string | undefined, host: string): boolean => {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{1,5})?$/.exec(header ?? '') ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  return [host, 'localhost', '127.0.0.1', '::1'].includes(name);
};
