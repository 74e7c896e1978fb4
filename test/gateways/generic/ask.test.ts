/** The checks against real sockets and files. */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import { ask } from '../../../src/gateways/generic/ask.ts';
import { failedWith } from '../../../src/gateways/generic/ask-http.ts';
import { checkNames } from '../../../src/gateways/generic/check-name.ts';
import { difference } from '../../../src/gateways/generic/matches.ts';
import type { LivenessCheck } from '../../../src/gateways/generic/settings.ts';

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

const served = async (listener: RequestListener): Promise<string> => {
  const server = createHttpServer(listener);
  const port = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return `http://127.0.0.1:${port}/health?key=abc`;
};

const asked = (check: LivenessCheck, context: Partial<Parameters<typeof ask>[1]> = {}) =>
  ask(check, {
    home: '/',
    trust: OWN_FILES,
    timeoutMs: 20_000,
    now: Date.now,
    from: -Infinity,
    heardAt: null,
    ...context,
  });

const http = (url: string, wants: Partial<Extract<LivenessCheck, { kind: 'http' }>> = {}): LivenessCheck => ({
  kind: 'http',
  url,
  status: [],
  contains: null,
  json: null,
  ...wants,
});

describe('an http check', () => {
  it.each<[string, number, string, Partial<Extract<LivenessCheck, { kind: 'http' }>>, boolean, string]>([
    ['is well with a status of 200 to 299', 204, '', {}, true, 'status 204'],
    ['is ill with another', 503, '', {}, false, 'status 503'],
    ['is well with the status that is wanted', 401, '', { status: [401] }, true, 'status 401'],
    ['is ill with 200 where another is wanted', 200, '', { status: [401] }, false, 'status 200'],
    ['finds a text', 200, 'all is ok', { contains: 'ok' }, true, 'status 200'],
    ['misses a text', 200, 'all is lost', { contains: 'ok' }, false, 'status 200, but without "ok"'],
    [
      'finds values',
      200,
      '{"online":true,"bots":[{"id":1,"up":true}],"more":1}',
      { json: { online: true, bots: [{ up: true }] } },
      true,
      'status 200',
    ],
    [
      'says which value differs',
      200,
      '{"bots":[{"up":false}]}',
      { json: { bots: [{ up: true }] } },
      false,
      'status 200, but bots[0].up is false',
    ],
    ['says that a value is missing', 200, '{}', { json: { online: true } }, false, 'status 200, but online is missing'],
    [
      'does not repeat a text of the answer',
      200,
      '{"state":"s3cret"}',
      { json: { state: 'up' } },
      false,
      'status 200, but state is another text',
    ],
    ['knows what is no JSON', 200, '<html>', { json: { online: true } }, false, 'status 200, but no JSON'],
    [
      'reads no more than 64 kB',
      200,
      `${'x'.repeat(70_000)}ok`,
      { contains: 'ok' },
      false,
      'status 200, but without "ok"',
    ],
    [
      'says that JSON was too long',
      200,
      JSON.stringify({ online: true, filler: 'x'.repeat(70_000) }),
      { json: { online: true } },
      false,
      'status 200, but more than 64 kB',
    ],
  ])('%s', async (_what, status, body, wants, ok, came) => {
    const url = await served((_request, response) => response.writeHead(status).end(body));
    expect(await asked(http(url, wants))).toEqual({ ok, came });
  });

  it.each<[number, string]>([
    [401, 'status 401: it asks for credentials'],
    [403, 'status 403: it refuses this request'],
    [429, 'status 429: it is asked too often'],
  ])('takes a status of %i for a refusal of the request, which no restart mends', async (status, came) => {
    const url = await served((_request, response) => response.writeHead(status).end());
    expect(await asked(http(url))).toEqual({ ok: false, came, beyondRestart: true });
    expect(await asked(http(url, { status: [status] }))).toEqual({ ok: true, came: `status ${status}` });
  });

  it('names a host without an address, which no restart mends', async () => {
    expect(await asked(http('http://nowhere.invalid/'))).toEqual({
      ok: false,
      came: 'the name of the host cannot be resolved',
      beyondRestart: true,
    });
  });

  it.each<[string, string]>([
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not accepted (ERR_TLS_CERT_ALTNAME_INVALID)'],
  ])('takes %s for a fault of the certificate, which no restart mends', (code, came) => {
    expect(failedWith(Object.assign(new Error('tls'), { code }))).toEqual({ ok: false, came, beyondRestart: true });
  });

  it('follows no redirect', async () => {
    const url = await served((request, response) =>
      request.url === '/there' ? response.writeHead(200).end() : response.writeHead(302, { location: '/there' }).end(),
    );
    expect(await asked(http(url))).toEqual({ ok: false, came: 'status 302' });
  });

  it('waits no longer than it may, also for the end of an answer', async () => {
    const silent = await served(() => undefined);
    const endless = await served((_request, response) => void response.writeHead(200).write('begun'));
    expect(await asked(http(silent), { timeoutMs: 200 })).toEqual({ ok: false, came: 'no whole answer within 0.2 s' });
    expect(await asked(http(endless, { contains: 'ended' }), { timeoutMs: 200 })).toEqual({
      ok: false,
      came: 'no whole answer within 0.2 s',
    });
  });

  it('says in words what went wrong', async () => {
    const broken = createServer((socket) => socket.destroy());
    const port = await listen(broken);
    expect(await asked(http(`http://127.0.0.1:${port}/`))).toEqual({ ok: false, came: 'the connection broke off' });
    const strange = await listen(
      createServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('SSH-2.0\r\n\r\n'),
      ),
    );
    expect(await asked(http(`http://127.0.0.1:${strange}/`))).toMatchObject({ ok: false });
  });
});

describe('a tcp check', () => {
  it('is well where the port takes a connection', async () => {
    const port = await listen(
      createServer(
        (socket) =>
          void socket
            .on('error', () => undefined)
            .resume()
            .end(),
      ),
    );
    expect(await asked({ kind: 'tcp', host: '127.0.0.1', port })).toEqual({ ok: true, came: 'connected' });
  });

  it('is ill where it refuses', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await asked({ kind: 'tcp', host: '127.0.0.1', port })).toEqual({
      ok: false,
      came: 'connection refused: nothing listens there',
    });
  });
});

describe('a file check', () => {
  const beat = async (ageMs: number): Promise<{ home: string; check: LivenessCheck }> => {
    const home = await mkdtemp(join(tmpdir(), 'lifeline-generic-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await writeFile(join(home, 'beat'), '');
    const at = new Date(Date.now() - ageMs);
    await utimes(join(home, 'beat'), at, at);
    return { home, check: { kind: 'file', path: 'beat', maxAgeMs: 120_000 } };
  };

  it('is well with a file that was written of late', async () => {
    const { home, check } = await beat(30_000);
    expect(await asked(check, { home })).toMatchObject({
      ok: true,
      came: expect.stringMatching(/^written \d+ s ago$/) as string,
    });
  });

  it('is not kept well by a time in the future', async () => {
    const { home, check } = await beat(-3_600_000);
    expect(await asked(check, { home })).toEqual({ ok: false, came: 'written in the future' });
  });

  it('is ill with an old one, or none', async () => {
    const { home, check } = await beat(180_000);
    expect(await asked(check, { home })).toMatchObject({ ok: false });
    expect(await asked({ ...check, path: 'none' } as LivenessCheck, { home })).toEqual({
      ok: false,
      came: 'not there',
    });
  });

  it('gives a service that has just started its time', async () => {
    const { home, check } = await beat(180_000);
    expect(await asked(check, { home, from: Date.now() - 60_000 })).toMatchObject({ ok: true });
    expect(await asked({ ...check, path: 'none' } as LivenessCheck, { home, from: Date.now() - 60_000 })).toEqual({
      ok: true,
      early: true,
      came: 'not there',
    });
    expect(await asked({ ...check, path: 'none' } as LivenessCheck, { home, from: Date.now() - 180_000 })).toEqual({
      ok: false,
      came: 'not there',
    });
  });
});

describe('a log check', () => {
  it.each<[string, number | null, number, boolean, string]>([
    ['is well with a line of late', 60_000, -Infinity, true, 'last line 60 s ago'],
    ['is ill with an old one', 700_000, -Infinity, false, 'last line 700 s ago'],
    ['is ill without any', null, 700_000, false, 'no such line'],
    ['waits for the first one after a start', null, 60_000, true, 'no such line'],
    ['lets no line from before the start count', 900_000, 60_000, true, 'last line 900 s ago'],
  ])('%s', async (_what, age, startedAgo, ok, came) => {
    const now = 1e12;
    const from = startedAgo === -Infinity ? -Infinity : now - startedAgo;
    expect(
      await asked(
        { kind: 'log', pattern: 'polling', maxAgeMs: 600_000 },
        { now: () => now, from, heardAt: age === null ? null : now - age },
      ),
    ).toEqual({ ok, ...(ok && (age === null || now - age < from) ? { early: true } : {}), came });
  });
});

describe('what a check is called', () => {
  it('tells it apart, without a secret', () => {
    const url = 'http://me:pass@127.0.0.1:5140/bot123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/health?token=s3cret';
    const names = checkNames([
      http(url),
      http(url),
      { kind: 'tcp', host: '::1', port: 80 },
      { kind: 'file', path: 'run/beat', maxAgeMs: 1 },
      { kind: 'log', pattern: 'polling', maxAgeMs: 1 },
    ]);
    expect(names.slice(1)).toEqual([`${names[0] ?? ''} #2`, 'tcp [::1]:80', 'file run/beat', 'log "polling"']);
    expect(names[0]).toMatch(/^GET http:\/\/\*\*\*@127\.0\.0\.1:5140\/bot.*\/health\?\*\*\*$/);
    expect(names.join()).not.toMatch(/pass|s3cret|AAEhBOweik/);
  });
});

it('an object asks only for what it names', () => {
  expect(difference({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 })).toBeNull();
  expect(difference({ a: { b: 1 } }, { a: [] })).toBe('a is a list');
  expect(difference({ a: [1, 2] }, { a: [1] })).toBe('a[1] is missing');
  expect(difference({ toString: 1 }, {})).toBe('toString is missing');
});
