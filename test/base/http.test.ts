import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { callJson, httpCall, HttpFailure, jsonBody } from '../../src/base/http.ts';

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const failureOf = async (call: Promise<unknown>): Promise<HttpFailure> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HttpFailure);
  return error as HttpFailure;
};

test('a proxy of the environment sees nothing', async () => {
  let proxied = 0;
  const proxy = await serve((_request, response) => {
    proxied += 1;
    response.end();
  });
  const origin = await serve((_request, response) => response.end('{"code":0}'));
  // Not another object in the place of the environment: for the later files of this worker `TZ` would mean nothing.
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of [
    ['NODE_USE_ENV_PROXY', '1'],
    ['HTTP_PROXY', proxy],
    ['http_proxy', proxy],
    ['NO_PROXY', ''],
  ] as const)
    vi.stubEnv(name, value);
  expect(await callJson({ method: 'GET', url: origin, timeoutMs: 10_000 })).toMatchObject({
    status: 200,
    body: { code: 0 },
  });
  expect(proxied).toBe(0);
});

test('a redirect is an answer and is not followed', async () => {
  const asked: string[] = [];
  const origin = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end('moved');
  });
  expect(await httpCall({ method: 'GET', url: `${origin}/here`, timeoutMs: 10_000 })).toMatchObject({
    status: 302,
    headers: { location: '/elsewhere' },
    text: 'moved',
  });
  expect(asked).toEqual(['/here']);
});

test('no more is read than is wanted, and without a body nothing is waited for', async () => {
  const origin = await serve((_request, response) => void response.writeHead(200).write('x'.repeat(100)));
  const call = { method: 'GET', url: origin, timeoutMs: 10_000 };
  expect(await httpCall({ ...call, mostBytes: () => 10 })).toMatchObject({ text: 'x'.repeat(10), whole: false });
  expect(await httpCall({ ...call, mostBytes: (status) => (status === 200 ? 0 : 10) })).toMatchObject({
    text: '',
    whole: false,
  });
});

test('each call has a connection of its own and says what its body is', async () => {
  const came: { readonly connection: string | undefined; readonly type: string | undefined; readonly body: string }[] =
    [];
  const origin = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { connection, 'content-type': type } = request.headers;
      came.push({ connection, type, body: Buffer.concat(chunks).toString() });
      response.end('no JSON');
    });
  });
  const call = { method: 'POST', url: origin, timeoutMs: 10_000, body: jsonBody({ text: '你好' }) };
  expect(await callJson(call)).toMatchObject({ status: 200, body: null });
  expect(came).toEqual([
    { connection: 'close', type: 'application/json; charset=utf-8', body: JSON.stringify({ text: '你好' }) },
  ]);
});

test('a host that takes the request and does not answer, or never ends its answer, is late', async () => {
  for (const listener of [
    () => undefined,
    (_request, response) => void response.write('O'),
  ] satisfies RequestListener[]) {
    const url = await serve(listener);
    const failure = await failureOf(httpCall({ method: 'GET', url, timeoutMs: 100 }));
    expect(failure).toMatchObject({ why: 'late', mayHaveArrived: true });
    expect(failure.message).toBe(`${new URL(url).host} did not answer within 0.1 s`);
  }
});

test('a caller that ends the call is told so', async () => {
  const url = await serve(() => undefined);
  const stop = new AbortController();
  const call = httpCall({ method: 'GET', url, timeoutMs: 60_000, signal: stop.signal });
  stop.abort();
  expect(await failureOf(call)).toMatchObject({ why: 'stopped' });
});

test('what could not be sent is told from what may have arrived', async () => {
  const closing = createServer();
  await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
  const { port } = closing.address() as AddressInfo;
  await new Promise<void>((resolve) => closing.close(() => resolve()));
  const nobody = await failureOf(httpCall({ method: 'GET', url: `http://127.0.0.1:${port}`, timeoutMs: 10_000 }));
  expect(nobody).toMatchObject({ why: 'broken', code: 'ECONNREFUSED', mayHaveArrived: false });
  const url = await serve((_request, response) => response.destroy());
  expect(await failureOf(httpCall({ method: 'GET', url, timeoutMs: 10_000 }))).toMatchObject({
    why: 'broken',
    code: 'ECONNRESET',
    mayHaveArrived: true,
  });
});

test('no failure repeats a secret of the address or of a header', async () => {
  const secret = 'S3cret-in-the-address';
  const url = await serve((_request, response) => response.destroy());
  const calls = [
    { url: `${url}/hook/${secret}?token=${secret}` },
    { url: `${url.replace('//', `//user:${secret}@`)}/` },
    { url, headers: { authorization: `Bearer ${secret}\n` } },
  ];
  for (const call of calls) {
    const failure = await failureOf(httpCall({ method: 'GET', timeoutMs: 10_000, ...call }));
    expect(JSON.stringify({ ...failure, text: String(failure), stack: failure.stack })).not.toContain(secret);
  }
  const noUrl = await httpCall({ method: 'GET', url: `no address ${secret}`, timeoutMs: 10_000 }).catch(
    (error: unknown) => error,
  );
  expect(noUrl).toBeInstanceOf(TypeError);
  expect(JSON.stringify({ ...(noUrl as object), text: String(noUrl) })).not.toContain(secret);
});
