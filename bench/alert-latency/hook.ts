/**
 * A phone that anything can write to with one HTTP request, as a webhook's: what monit and cron scripts send goes here.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hook {
  readonly url: string;
  /** When the first message came to this path, by the machine's clock; null when none did. */
  arrivedAt(path: string): number | null;
  close(): Promise<void>;
}

export const openHook = async (): Promise<Hook> => {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const path = request.url ?? '/';
      if (!arrivals.has(path)) arrivals.set(path, Date.now());
      response.end('ok\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivedAt: (path) => arrivals.get(path) ?? null,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
