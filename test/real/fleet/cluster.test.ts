/** Three NATS servers, set up by `lifeline fleet init`: any of them may be killed, and all goes on. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { jetstreamManager } from '@nats-io/jetstream';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { HUB_INBOX } from '../../../src/fleet/subjects.ts';
import { connectTo } from '../../../src/fleet/nats.ts';
import { NO_NATS, until } from '../../fleet/nats.ts';
import { processOf } from '../../fleet/scene.ts';
import { startVirtualAgent } from '../../fleet/virtual-agent.ts';
import { MAIN } from '../../program.ts';

const WHY_NOT = NO_NATS;
const NAME = 'of three servers any one may be killed: commands are answered and no alert is lost or told twice';
const SERVERS = [0, 1, 2] as const;

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Free ports, each with a free one above it for the other servers. */
const freePorts = async (): Promise<readonly number[]> => {
  const held = await Promise.all(
    SERVERS.map(async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  // What the system gives out may leave no room above it.
  return ports.map((port) => (port > 63_000 ? port - 10_000 : port));
};

test.skipIf(WHY_NOT !== null)(WHY_NOT === null ? NAME : `${NAME} (${WHY_NOT})`, { timeout: 400_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-cluster-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const fleet = join(dir, 'fleet');
  const lifeline = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'fleet', ...args, '--dir', fleet], {
      encoding: 'utf8',
      env: { ...process.env, HOME: dir, LANG: 'C', LC_ALL: 'C' },
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  const ports = await freePorts();
  const said = lifeline('init', ...ports.map((port) => `localhost:${port}`));
  for (const config of ['nats.conf', 'nats-2.conf', 'nats-3.conf']) expect(said).toContain(config);
  expect(lifeline('add', 'hub-2', '--hub')).toContain(`- nats://localhost:${ports[2]}`);
  lifeline('add', 'v-1');

  const servers: ChildProcess[] = [];
  const start = (index: number): void => {
    const config = join(fleet, index === 0 ? 'nats.conf' : `nats-${index + 1}.conf`);
    servers[index] = spawn('nats-server', ['-c', config, '-l', join(dir, `nats-${index}.log`)], { stdio: 'ignore' });
  };
  const kill = async (index: number): Promise<void> => {
    const server = servers[index];
    server?.kill('SIGKILL');
    await until('the end of a server', () => server === undefined || isOver(server));
  };
  for (const index of SERVERS) start(index);
  onTestFinished(async () => void (await Promise.all(SERVERS.map(kill))));

  const sandbox = await createSandbox({ dir: join(dir, 'sandbox'), locale: 'en' });
  onTestFinished(() => sandbox.stop());
  const { cast, feishu } = sandbox;
  const urls = ports.map((port) => `nats://localhost:${port}`);
  const seedOf = (name: string): string => readFileSync(join(fleet, `${name}.nk`), 'utf8');
  const hubs = ['hub-1', 'hub-2'].map((name) => {
    const folder = join(dir, name);
    mkdirSync(join(folder, 'run'), { recursive: true, mode: 0o700 });
    const file = join(folder, 'config.yaml');
    writeFileSync(
      file,
      stringify({
        locale: 'en',
        data_dir: join(folder, 'data'),
        fleet: {
          host: name,
          servers: urls,
          credentials: `file:${join(fleet, `${name}.nk`)}`,
          hub: true,
        },
        channels: {
          feishu: { app_id: cast.lifeline.feishu.appId, app_secret: cast.lifeline.feishu.secret, domain: feishu.url },
        },
        operators: [{ name: 'me', role: 'admin', feishu: cast.operator.feishu }],
      }),
      { mode: 0o600 },
    );
    const hub = processOf(name, ['hub', '--config', file], { HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run') });
    onTestFinished(async () => {
      hub.kill('SIGTERM');
      await hub.ended();
    });
    return hub;
  });
  const told = () =>
    feishu.conversation(cast.lifeline.feishu.appId, cast.operator.feishu).filter(({ from }) => from === 'bot');
  const waitFor = async (what: string, holds: () => unknown, limitMs = 90_000): Promise<void> => {
    try {
      await until(what, holds, limitMs);
    } catch (error) {
      const logs = [
        ...hubs.map((hub) => hub.log()),
        ...SERVERS.map((n) => readFileSync(join(dir, `nats-${n}.log`), 'utf8')),
      ];
      throw new Error(
        [
          String(error),
          ...told().map(({ text }) => text),
          ...logs.map((log) => log.split('\n').slice(-25).join('\n')),
        ].join('\n---\n'),
        { cause: error },
      );
    }
  };
  const copies = (incident: number): number => told().filter(({ text }) => text.includes(`dead (#${incident})`)).length;
  await waitFor('a hub to speak', () => hubs.some((hub) => hub.log().includes('this hub speaks')));

  // Each stream is on all three.
  const connection = await connectTo({
    access: { servers: urls, credentials: seedOf('hub-1'), ca: null },
    name: 'test',
    inbox: HUB_INBOX,
    logger: silentLogger(),
  });
  onTestFinished(() => connection.close());
  const manager = await jetstreamManager(connection.nc);
  for (const name of ['KV_lf1_lease', 'LF1_LOG'])
    expect((await manager.streams.info(name)).config.num_replicas).toBe(3);

  const agent = startVirtualAgent({
    host: 'v-1',
    seed: seedOf('v-1'),
    url: urls[0] ?? '',
    more: urls.slice(1),
  });
  onTestFinished(() => agent.stop());
  agent.alert(1, 'opened');
  await waitFor('the first alert', () => copies(1) > 0);

  for (const index of SERVERS) {
    await kill(index);
    const killedAt = performance.now();
    agent.alert(index + 2, 'opened');
    const before = told().length;
    await waitFor(`the alert without server ${index + 1}`, () => copies(index + 2) > 0);
    let asked = -Infinity;
    await waitFor('an answer', () => {
      if (performance.now() - asked > 5_000) {
        asked = performance.now();
        feishu.say(cast.lifeline.feishu.appId, cast.operator.feishu, '/status');
      }
      return told()
        .slice(before)
        .some(({ text }) => text.includes('on 1 host') || text.includes('hosts are not well'));
    });
    process.stderr.write(`without server ${index + 1}: ${Math.round(performance.now() - killedAt)} ms\n`);
    start(index);
    // A cluster that has lost one more before it is whole again has lost its majority.
    await waitFor('the server to have caught up', async () => {
      const infos = await Promise.all(
        ['KV_lf1_lease', 'LF1_LOG'].map((name) => manager.streams.info(name).catch(() => null)),
      );
      return infos.every(
        (info) => info?.cluster?.replicas?.length === 2 && info.cluster.replicas.every(({ current }) => current),
      );
    });
  }
  await waitFor('the hub to have said so', () => agent.undelivered() === 0);
  for (const incident of [1, 2, 3, 4]) expect(copies(incident)).toBe(1);
});
