import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import type { LinkFact } from '../../../src/diagnosis/evidence.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { platformHosts } from '../../../src/sensors/network/platform-hosts.ts';
import {
  createReachability,
  createReachabilitySensor,
  type ReachabilityOptions,
} from '../../../src/sensors/network/reachability.ts';
import type { Resolve } from '../../../src/sensors/network/resolve.ts';
import { instant } from '../../instant.ts';

let now = 1_800_000_000_000;
const clock: Clock = { now: () => now, sleep: () => Promise.reject(new Error('unused')), timer: () => () => undefined };

/** Names of this test; any other is unknown, so that nothing but loopback is ever asked. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'both.test': ['::1', '127.0.0.1'],
  'four.test': ['127.0.0.1'],
  'empty.test': [],
};
const resolve: Resolve = (host) =>
  NAMES[host]
    ? Promise.resolve(NAMES[host])
    : Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));

let server: Server;
let open: number;
let closed: number;
let accepted: number;
const sockets = new Set<Socket>();

const listen = (on: Server): Promise<number> =>
  new Promise((done) => on.listen(0, '127.0.0.1', () => done((on.address() as AddressInfo).port)));
const close = (which: Server): Promise<unknown> => new Promise((done) => which.close(done));

beforeEach(async () => {
  accepted = 0;
  server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket.on('error', () => undefined));
  });
  const other = createServer();
  [open, closed] = [await listen(server), await listen(other)];
  await close(other);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await close(server);
});

const ask = async (
  host: string,
  options: Partial<ReachabilityOptions> = {},
): Promise<{ fact: unknown; text: string } | undefined> =>
  (await createReachability({ clock, resolve, ...options }).ask('qqbot', [host]))[0];

const fact = (ok: boolean, host: string): LinkFact => ({ kind: 'link-reachable', ok, host });

describe('a host', () => {
  it('can be reached where something listens', async () => {
    const host = `four.test:${open}`;
    expect(await ask(host)).toEqual({
      at: now,
      source: 'reachability',
      text: `${host} can be reached from here`,
      link: 'qqbot',
      fact: fact(true, host),
    });
  });

  it('can be reached when one of its addresses answers', async () => {
    expect(await ask(`both.test:${open}`)).toMatchObject({ fact: fact(true, `both.test:${open}`) });
  });

  it('can be reached by its bare address, which nobody is asked for', async () => {
    const never = vi.fn(resolve);
    expect(await ask(`127.0.0.1:${open}`, { resolve: never })).toMatchObject({ fact: fact(true, `127.0.0.1:${open}`) });
    expect(never).not.toHaveBeenCalled();
  });

  it('cannot be reached where nothing listens', async () => {
    expect(await ask(`127.0.0.1:${closed}`)).toMatchObject({
      fact: fact(false, `127.0.0.1:${closed}`),
      text: `127.0.0.1:${closed} cannot be reached from here: ECONNREFUSED (the connection is refused)`,
    });
  });

  test.each(['unknown.test', 'empty.test'])('cannot be reached when its name leads nowhere: %s', async (name) => {
    expect(await ask(`${name}:443`)).toMatchObject({
      fact: fact(false, `${name}:443`),
      text: `${name}:443 cannot be reached from here: ENOTFOUND (the name is not known)`,
    });
  });

  it('cannot be reached when no name server answers in time', async () => {
    expect(await ask('slow.test:443', { limitMs: 20, resolve: () => new Promise(() => undefined) })).toMatchObject({
      text: 'slow.test:443 cannot be reached from here: ETIMEDOUT (no answer in time)',
    });
  });

  it('cannot be reached when no address answers in time, and then no connection is left half made', async () => {
    const signals: AbortSignal[] = [];
    const connect = (_address: string, _port: number, signal: AbortSignal): Promise<void> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    expect(await ask('both.test:443', { limitMs: 20, connect })).toMatchObject({
      fact: fact(false, 'both.test:443'),
      text: expect.stringContaining('ETIMEDOUT') as string,
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('cannot be reached when all addresses fail, each for its own reason', async () => {
    const connect = (address: string): Promise<void> =>
      Promise.reject(Object.assign(new Error(), { code: address === '::1' ? 'ENETUNREACH' : 'ECONNREFUSED' }));
    expect((await ask('both.test:443', { connect }))?.text).toBe(
      'both.test:443 cannot be reached from here: ECONNREFUSED (the connection is refused); ENETUNREACH (there is no route to that network)',
    );
  });

  it('with a hundred addresses is asked at no more than two of each family', async () => {
    const asked: string[] = [];
    const addresses = Array.from({ length: 50 }, (_, index) => [`2001:db8::${index}`, `203.0.113.${index}`]).flat();
    const connect = (address: string): Promise<void> => {
      asked.push(address);
      return Promise.reject(Object.assign(new Error(), { code: 'EHOSTUNREACH' }));
    };
    await ask('large.test:443', { connect, resolve: () => Promise.resolve(addresses) });
    expect(asked).toEqual(['203.0.113.0', '203.0.113.1', '2001:db8::0', '2001:db8::1']);
  });

  test.each(['four.test', 'wss://four.test:443', ''])('that is not host:port is not asked: "%s"', async (host) =>
    expect(await ask(host)).toBeUndefined(),
  );
});

describe('asking again', () => {
  it('within 30 s gives the earlier answer with its date; after that the host is asked anew', async () => {
    const host = `127.0.0.1:${open}`;
    const reachability = createReachability({ clock, resolve });
    const [first] = await reachability.ask('qqbot', [host]);
    const begun = now;
    now += 29_999;
    expect(await reachability.ask('feishu', [host, host])).toEqual([{ ...first, link: 'feishu' }]);
    await vi.waitFor(() => expect(accepted).toBe(1), { timeout: 20_000 });
    now = begun + 30_000;
    expect((await reachability.ask('qqbot', [host]))[0]?.at).toBe(now);
    await vi.waitFor(() => expect(accepted).toBe(2), { timeout: 20_000 });
  });

  it('while the first answer is still awaited asks nobody twice', async () => {
    const counted = vi.fn(resolve);
    const reachability = createReachability({ clock, resolve: counted });
    await Promise.all([
      reachability.ask('qqbot', [`four.test:${open}`]),
      reachability.ask('feishu', [`four.test:${open}`]),
    ]);
    expect(counted).toHaveBeenCalledTimes(1);
  });
});

describe('the sensor', () => {
  it('asks only for links that look wrong, and tells each answer once', async () => {
    let wrong: readonly string[] = [];
    const counted = vi.fn(resolve);
    const sensor = createReachabilitySensor({
      clock,
      resolve: counted,
      wanted: () => wrong,
      hosts: (link) => [link === 'qqbot' ? 'unknown.test:443' : `four.test:${open}`],
    });
    expect(await sensor.look(instant(now))).toEqual([]);
    expect(counted).not.toHaveBeenCalled();
    wrong = ['qqbot', 'feishu'];
    expect(await sensor.look(instant(now))).toMatchObject([
      { link: 'qqbot', fact: { ok: false } },
      { link: 'feishu', fact: { ok: true } },
    ]);
    expect(await sensor.look(instant(now))).toEqual([]);
    now += 30_000;
    expect(await sensor.look(instant(now))).toHaveLength(2);
    expect(counted).toHaveBeenCalledTimes(4);
  });
});

describe('the hosts of a link', () => {
  it('are those that the log named, and else the usual ones of the kind', () => {
    const hosts = platformHosts(hermes, (link) => (link === 'qqbot' ? ['127.0.0.1:9000'] : []));
    expect(hosts('qqbot')).toEqual(['127.0.0.1:9000']);
    expect(hosts('feishu')).toEqual(['open.feishu.cn:443']);
    expect(hosts('telegram')).toEqual(['api.telegram.org:443']);
    expect(hosts('webhook')).toEqual([]);
  });
});
