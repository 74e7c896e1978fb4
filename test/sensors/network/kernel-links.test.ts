import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAddressBook } from '../../../src/sensors/network/address-book.ts';
import { createKernelLinksSensor, type KernelLinksOptions } from '../../../src/sensors/network/kernel-links.ts';
import { instant } from '../../instant.ts';

const NOW = 1_800_000_000_000;
const HALF_OPEN = readFileSync(join(import.meta.dirname, 'fixtures/ss/half-open.txt'), 'utf8');
/** Whom the recorded connection belongs to. */
const PID = 6227;

const sensorOf = (options: Partial<KernelLinksOptions>): ReturnType<typeof createKernelLinksSensor> =>
  createKernelLinksSensor({
    pid: () => PID,
    links: () => ['qqbot', 'feishu'],
    hosts: (link) => (link === 'qqbot' ? ['10.9.0.2:8443'] : ['open.feishu.test:443']),
    run: () => Promise.resolve(HALF_OPEN),
    resolve: () => Promise.resolve(['203.0.113.1']),
    ...options,
  });

describe("the kernel's view of the links", () => {
  it('is evidence for the link whose platform fell silent, and for no other', async () => {
    expect(await sensorOf({}).look(instant(NOW))).toEqual([
      {
        at: NOW,
        source: 'kernel',
        text: 'sent 106 s ago, nothing received for 255 s, unacknowledged segments: 1',
        link: 'qqbot',
        fact: { kind: 'link-silent', silentMs: 255_096 },
      },
    ]);
  });

  it('finds the platform by any address of its host', async () => {
    const hosts = (link: string): readonly string[] => [`${link}.test:8443`];
    const resolve = (host: string): Promise<readonly string[]> =>
      Promise.resolve(host === 'feishu.test' ? ['2001:db8::2', '::ffff:10.9.0.2'] : ['10.9.0.9']);
    expect((await sensorOf({ hosts, resolve }).look(instant(NOW))).map(({ link }) => link)).toEqual(['feishu']);
  });

  it("finds a sidecar's connection among those of the gateway's children, and no other link's", async () => {
    const links = (): readonly string[] => ['whatsapp', 'qqbot'];
    const hosts = (): readonly string[] => ['10.9.0.2:8443'];
    const childrenOf = (pid: number): Promise<readonly number[]> => Promise.resolve(pid === 7 ? [8, PID] : []);
    const found = await sensorOf({ pid: () => 7, links, hosts, childrenOf }).look(instant(NOW));
    expect(found.map(({ link }) => link)).toEqual(['whatsapp']);
  });

  it.each<[string, Partial<KernelLinksOptions>]>([
    ['of another port of the same address', { hosts: () => ['10.9.0.2:443'] }],
    ['of another process', { pid: () => 1 }],
    ['without a process', { pid: () => null }],
    ['without hosts', { hosts: () => [] }],
    ['of hosts that cannot be read', { hosts: () => ['10.9.0.2', 'nonsense'] }],
    [
      'of a host without an address',
      { hosts: () => ['x.test:8443'], resolve: () => Promise.reject(new Error('ENOTFOUND')) },
    ],
    ['of a connection that is being closed', { run: () => Promise.resolve(HALF_OPEN.replace('ESTAB', 'FIN-WAIT-1')) }],
    ['where the system has no such thing', { run: () => Promise.resolve(null) }],
  ])('says nothing %s, and calls that no problem', async (_, options) => {
    const sensor = sensorOf(options);
    expect(await sensor.look(instant(NOW))).toEqual([]);
    expect(sensor.problem()).toBeNull();
  });

  it('tells people when it cannot look, and takes that back when it can', async () => {
    let run = (): Promise<string> => Promise.reject(Object.assign(new Error('spawn ss ENOENT'), { code: 'ENOENT' }));
    const sensor = sensorOf({ run: () => run() });
    expect(await sensor.look(instant(NOW))).toEqual([]);
    expect(sensor.problem()).toBe('ss (package iproute2) is not installed: connections that went silent are not seen');
    run = () => Promise.reject(new Error('Cannot open netlink socket'));
    await sensor.look(instant(NOW));
    expect(sensor.problem()).toBe('ss cannot list the connections: Cannot open netlink socket');
    run = () => Promise.resolve(HALF_OPEN);
    expect(await sensor.look(instant(NOW))).toHaveLength(1);
    expect(sensor.problem()).toBeNull();
  });
});

const hasSs = ((): boolean => {
  try {
    execFileSync('ss', ['-V'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
})();

describe.runIf(hasSs)('the real ss', () => {
  const sockets: Socket[] = [];
  const servers: Server[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  it.each(['127.0.0.1', '::1'])(
    'finds nothing silent on a live connection to %s, and its output is understood',
    async (host) => {
      const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      const { port } = server.address() as AddressInfo;
      const client = createConnection({ host, port });
      sockets.push(client);
      await new Promise((resolve) => client.once('connect', resolve));
      let printed = '';
      const run = (): Promise<string> => {
        printed = execFileSync('ss', ['-tinpH'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
        return Promise.resolve(printed);
      };
      const options = { pid: () => process.pid, hosts: () => [host === '::1' ? `[::1]:${port}` : `${host}:${port}`] };
      expect(await sensorOf({ ...options, run }).look(instant(NOW))).toEqual([]);
      // The same connection, had nothing come for ten minutes: so it was found, and understood.
      const aged = printed
        .replaceAll(/ lastsnd:\d+/g, ' lastsnd:20000')
        .replaceAll(/ lastrcv:\d+/g, ' lastrcv:600000')
        .replaceAll(/ cwnd:/g, ' lastsnd:20000 lastrcv:600000 cwnd:');
      expect(await sensorOf({ ...options, run: () => Promise.resolve(aged) }).look(instant(NOW))).toMatchObject([
        { link: 'qqbot', fact: { kind: 'link-silent', silentMs: 600_000 } },
        { link: 'feishu', fact: { kind: 'link-silent', silentMs: 600_000 } },
      ]);
    },
  );

  it('is what the sensor runs when nothing else is given', async () => {
    const sensor = createKernelLinksSensor({
      pid: () => process.pid,
      links: () => ['qqbot'],
      hosts: () => ['127.0.0.1:1'],
    });
    expect(await sensor.look(instant(NOW))).toEqual([]);
    expect(sensor.problem()).toBeNull();
  });
});

describe('the address book', () => {
  it('asks once in ten minutes and keeps the earlier addresses', async () => {
    const answers = [['203.0.113.1'], ['203.0.113.2']];
    const resolve = vi.fn(() => Promise.resolve(answers.shift() ?? []));
    const book = createAddressBook(resolve);
    const at = async (minutes: number): Promise<readonly string[]> => [
      ...(await book.addressesOf('x.test', NOW + minutes * 60_000)),
    ];
    expect(await at(0)).toEqual(['203.0.113.1']);
    expect(await at(9)).toEqual(['203.0.113.1']);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(await at(10)).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  it('forgets the oldest addresses of a host that has hundreds', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `203.0.113.${index}`);
    const book = createAddressBook(() => Promise.resolve(many));
    const kept = [...(await book.addressesOf('x.test', NOW))];
    expect(kept).toHaveLength(64);
    expect(kept.at(-1)).toBe('203.0.113.199');
  });

  it('asks again after a failure, and waits no longer than its patience for an answer that comes later', async () => {
    let answer: ((addresses: readonly string[]) => void) | undefined;
    const resolve = vi
      .fn<() => Promise<readonly string[]>>()
      .mockRejectedValueOnce(new Error('EAI_AGAIN'))
      .mockReturnValueOnce(new Promise((give) => (answer = give)));
    const book = createAddressBook(resolve, { patienceMs: 20 });
    expect([...(await book.addressesOf('x.test', NOW))]).toEqual([]);
    expect([...(await book.addressesOf('x.test', NOW + 1))]).toEqual([]);
    answer?.(['203.0.113.1']);
    await vi.waitFor(
      async () => expect([...(await book.addressesOf('x.test', NOW + 2))]).toEqual(['203.0.113.1']),
      20_000,
    );
    expect(resolve).toHaveBeenCalledTimes(2);
  });
});
