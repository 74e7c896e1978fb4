import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { HealthState } from '../../src/metrics/health.ts';
import { showMetrics, type Shown } from '../../src/metrics/server.ts';

const WELL: HealthState = { stuck: [], storeProblem: null, failing: [] };
let open: Shown | null = null;
afterEach(async () => {
  await open?.stop();
  open = null;
});

const show = async (
  health: () => HealthState = () => WELL,
  text: () => Promise<string> = async () => 'lifeline_build_info 1\n',
  more: { readonly requestMs?: number } = {},
): Promise<Shown> => {
  open = await showMetrics({
    listen: { host: '127.0.0.1', port: 0 },
    version: '1.2.3',
    health,
    metrics: { contentType: 'text/plain; version=0.0.4', text },
    logger: silentLogger(),
    ...more,
  });
  return open;
};

const ask = (
  { port }: Shown,
  path: string,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}> =>
  new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    call.once('error', reject);
    call.end();
  });

test('shows the figures in the format of Prometheus, and nothing of them to HEAD', async () => {
  const shown = await show();
  expect(await ask(shown, '/metrics')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4' },
    body: 'lifeline_build_info 1\n',
  });
  expect(await ask(shown, '/metrics?name[]=x')).toMatchObject({ status: 200 });
  expect(await ask(shown, '/metrics', 'HEAD')).toMatchObject({
    status: 200,
    headers: { 'content-length': '22' },
    body: '',
  });
});

test.each([
  ['all is well', WELL, 200, { status: 'ok', version: '1.2.3', stuck: [], store: 'ok', failing: [] }],
  [
    'a loop does not turn',
    { ...WELL, stuck: [{ loop: 'outbox', silentMs: 99_000, limitMs: 70_000 }] },
    503,
    { status: 'failing', version: '1.2.3', stuck: ['outbox'], store: 'ok', failing: [] },
  ],
  [
    'the data folder cannot be used',
    { ...WELL, storeProblem: 'disk full at token=abcdefghijklmnop1234' },
    503,
    { status: 'failing', version: '1.2.3', stuck: [], store: 'disk full at token=***', failing: [] },
  ],
  [
    'a stage of its work fails',
    { ...WELL, failing: ['judgement main'] },
    503,
    { status: 'failing', version: '1.2.3', stuck: [], store: 'ok', failing: ['judgement main'] },
  ],
])('says of its health that %s', async (_what, state, status, body) => {
  const answer = await ask(await show(() => state), '/healthz');
  expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toEqual({ status, body });
});

test.each([
  ['GET', '/', 404],
  ['GET', '/metrics/', 404],
  ['GET', '/../metrics', 404],
  ['POST', '/metrics', 405],
  ['DELETE', '/healthz', 405],
])('answers %s %s with %i', async (method, path, status) => {
  expect((await ask(await show(), path, method)).status).toBe(status);
});

test.each([
  ['127.0.0.1', 200],
  ['127.0.0.1:9464', 200],
  ['localhost:9464', 200],
  ['LOCALHOST', 200],
  ['[::1]:9464', 200],
  ['evil.example', 403],
  ['evil.example:9464', 403],
  ['127.0.0.1.evil.example', 403],
  ['localhost.evil.example:9464', 403],
  ['evil.example:80@127.0.0.1', 403],
  ['127.0.0.2', 403],
])('answers somebody who asks for %j with %i', async (host, status) => {
  for (const path of ['/metrics', '/healthz']) {
    const answer = await ask(await show(), path, 'GET', { host });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body).not.toContain('lifeline');
    await open?.stop();
  }
});

test('goes on when the figures cannot be read', async () => {
  let broken = true;
  const shown = await show(undefined, async () => {
    if (broken) throw new Error('no store');
    return 'fine\n';
  });
  expect((await ask(shown, '/metrics')).status).toBe(500);
  broken = false;
  expect((await ask(shown, '/metrics')).status).toBe(200);
});

test('lets nobody wait for ever who asks slowly', async () => {
  const shown = await show(undefined, undefined, { requestMs: 300 });
  const socket = connect(shown.port, '127.0.0.1');
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n');
  socket.resume();
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  expect((await ask(shown, '/healthz')).status).toBe(200);
}, 60_000);

test('40 connections that say nothing, or half of a request, keep no scraper out, and are closed', async () => {
  const shown = await show(undefined, undefined, { requestMs: 1_000 });
  const silent = Array.from({ length: 40 }, (_, index) => {
    const socket = connect(shown.port, '127.0.0.1');
    if (index % 2 === 0) socket.write('GET /healthz HTTP/1.1\r\n');
    socket.on('error', () => undefined).resume();
    return { connected: once(socket, 'connect'), closed: once(socket, 'close') };
  });
  await Promise.all(silent.map(({ connected }) => connected));
  for (const path of ['/healthz', '/metrics']) expect((await ask(shown, path)).status).toBe(200);
  await Promise.all(silent.map(({ closed }) => closed));
}, 60_000);

test('refuses an address that is taken, and says what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const failed = showMetrics({
      listen: { host: '127.0.0.1', port },
      version: '1',
      health: () => WELL,
      metrics: { contentType: 'text/plain', text: async () => '' },
      logger: silentLogger(),
    });
    await expect(failed).rejects.toThrow(
      new RegExp(`metrics.listen: cannot listen on 127.0.0.1:${port}: .*EADDRINUSE.*Choose another port`),
    );
    await expect(failed).rejects.toBeInstanceOf(UserError);
  } finally {
    other.close();
  }
});
