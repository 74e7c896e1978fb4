/**
 * `GET /health` of the gateway (facts/openclaw.md 4.1). Any path that it does not know answers 200 with a page, so the
 * body is what counts. It answers as soon as the port is open, and says nothing of the channels.
 */
import { request } from 'node:http';

/** `silent`: it connects, which the kernel does for a frozen process as well, and no answer comes. `strange`: somebody else listens there. */
export type Health = 'live' | 'silent' | 'closed' | 'strange';

const MOST_BYTES = 4_096;

export const askHealth = (port: number, timeoutMs: number): Promise<Health> =>
  new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/health', method: 'GET', agent: false, headers: { accept: 'application/json' } });
    let ended = false;
    const end = (health: Health): void => {
      if (ended) return;
      ended = true;
      clearTimeout(limit);
      asked.destroy();
      resolve(health);
    };
    const limit = setTimeout(() => end('silent'), timeoutMs);
    asked.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MOST_BYTES) end('strange');
      });
      response.on('end', () => end(response.statusCode === 200 && isLive(body) ? 'live' : 'strange'));
      response.on('error', () => end('silent'));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? 'closed' : 'silent'));
    asked.end();
  });

const isLive = (body: string): boolean => {
  try {
    return (JSON.parse(body) as { readonly ok?: unknown } | null)?.ok === true;
  } catch {
    return false;
  }
};
