/** A REST side that answers as a test says and remembers every call. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createFeishuChannel, type FeishuOptions } from '../../../src/channels/feishu/channel.ts';

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: number;
}

export type Answer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body: object | string }
  | 'hang';

export interface RestServer {
  readonly origin: string;
  /** All calls but those for a token. */
  readonly calls: Call[];
  /** What the next calls get; then all is well. A function sees the call. */
  readonly answers: (Answer | ((call: Call) => Answer))[];
}

export const refusal = (code: number, status = 400, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  body: { code, msg: `no ${code}` },
});

const APP_ID = 'cli_0123456789abcdef';

export const startRestServer = async (): Promise<RestServer> => {
  const calls: Call[] = [];
  const answers: RestServer['answers'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url?.includes('tenant_access_token')) {
        response.end(JSON.stringify({ code: 0, msg: 'ok', tenant_access_token: 't-1', expire: 7200 }));
        return;
      }
      const text = Buffer.concat(chunks).toString();
      const call: Call = {
        method: request.method ?? '',
        path: request.url ?? '',
        body: (text === '' ? {} : JSON.parse(text)) as Call['body'],
        at: performance.now(),
      };
      calls.push(call);
      const next: RestServer['answers'][number] = answers.shift() ?? {
        body: { code: 0, msg: 'success', data: { message_id: `om_${calls.length}`, chat_id: 'oc_1' } },
      };
      const answer: Answer = typeof next === 'function' ? next(call) : next;
      if (answer === 'hang') return;
      const { status = 200, headers = {}, body } = answer;
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, answers };
};

/** A channel that is not started: sending does not need the long connection. */
export const channelOf = (
  server: RestServer,
  options: Partial<FeishuOptions> = {},
): ReturnType<typeof createFeishuChannel> => {
  const channel = createFeishuChannel({
    appId: APP_ID,
    appSecret: 'secret',
    domain: server.origin,
    logger: silentLogger(),
    ...options,
  });
  onTestFinished(() => channel.stop());
  return channel;
};
