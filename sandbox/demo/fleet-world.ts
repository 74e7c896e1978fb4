/**
 * A fleet on this machine for the demo: a real nats-server, two hubs and three agents, each a process of its own, set up by
 * `lifeline fleet` as people do it. Each agent has a gateway of its own, and a way to the server that can be cut.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { openCable, type Cable } from '../gateway/cable.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { startBot, ownEnvironment, MAIN, type Bot } from './bot.ts';
import type { Undo } from './undo.ts';

export const HUBS = ['hub-1', 'hub-2'] as const;
export const HOSTS = ['web-1', 'web-2', 'db-1'] as const;
export type HubName = (typeof HUBS)[number];
export type HostName = (typeof HOSTS)[number];

const ROLE: Readonly<Record<HostName, string>> = { 'web-1': 'edge', 'web-2': 'edge', 'db-1': 'store' };

/** A hub or an agent. */
export interface Member {
  readonly name: string;
  /** Null: it does not run. */
  pid(): number | null;
  /** What it has logged since its last start, as its log has it. */
  log(): string;
  start(): void;
  /** As a machine that loses its power. */
  kill(): Promise<void>;
  /** As its service manager ends it. */
  stop(): Promise<void>;
}

export interface Host extends Member {
  readonly sandbox: Sandbox;
  readonly cable: Cable;
}

export interface FleetWorld {
  /** The one whose phones the page shows. */
  readonly sandbox: Sandbox;
  readonly hubs: readonly Member[];
  readonly hosts: readonly Host[];
  readonly server: { pid(): number | null; start(): Promise<void>; kill(): Promise<void> };
  /** The hub that speaks; null: none does. */
  speaking(): Member | null;
  /** Has everybody speak another language. */
  configure(locale: 'zh-CN' | 'en'): void;
}

/** @returns why there can be no fleet on this machine, and what to do; null: there can. */
export const whyNoFleet = (): string | null => {
  const missing = [...(spawnSync('nats-server', ['--version']).status === 0 ? [] : ['nats-server'])];
  return missing.length === 0
    ? null
    : `演示机群需要 ${missing.join('、')}，这台机器上没有 · the fleet's demo needs ${missing.join(' and ')}, which this machine lacks. Debian, Ubuntu: sudo apt-get install ${missing.join(' ')}`;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const UP_MS = 20_000;

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const startServer = async (folder: string, port: number): Promise<FleetWorld['server']> => {
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    if (child !== null && !isOver(child)) return;
    const log = openSync(join(folder, 'nats.log'), 'a');
    child = spawn('nats-server', ['-c', join(folder, 'nats.conf')], { stdio: ['ignore', log, log] });
    closeSync(log);
    for (const deadline = Date.now() + UP_MS; ; await sleep(50)) {
      if (isOver(child) || Date.now() > deadline)
        throw new Error(
          `nats-server does not listen on port ${port}:\n${readFileSync(join(folder, 'nats.log'), 'utf8')}`,
        );
      if (readFileSync(join(folder, 'nats.log'), 'utf8').includes('Server is ready')) return;
    }
  };
  await start();
  return {
    pid: () => (child === null || isOver(child) ? null : (child.pid ?? null)),
    start,
    kill: async () => {
      if (child === null || isOver(child)) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
};

const memberOf = (name: string, command: 'hub' | 'run', config: string, env: Readonly<Record<string, string>>) => {
  const file = join(config, '..', 'lifeline.log');
  let bot: Bot | null = null;
  let lives = false;
  let begun = 0;
  const start = (): void => {
    if (lives) return;
    begun = existsSync(file) ? readFileSync(file).length : 0;
    const started = startBot({ config, env, command });
    bot = started;
    lives = true;
    void started.ended.then(() => {
      if (bot === started) lives = false;
    });
  };
  return {
    name,
    pid: () => (lives ? (bot?.pid ?? null) : null),
    log: () => (existsSync(file) ? readFileSync(file).subarray(begun).toString('utf8') : ''),
    start,
    kill: async (): Promise<void> => {
      bot?.kill();
      await bot?.ended;
    },
    stop: async (): Promise<void> => {
      await bot?.stop();
      await bot?.ended;
    },
  };
};

/** What it has made is undone by `undo`, the last first. */
export const createFleetWorld = async (dir: string, undo: Undo): Promise<FleetWorld> => {
  const fleet = join(dir, 'fleet');
  const port = await freePort();
  const lifeline = (...args: readonly string[]) =>
    execa(process.execPath, [MAIN, 'fleet', ...args, '--dir', fleet], {
      env: { ...ownEnvironment(process.env), HOME: dir },
      extendEnv: false,
    });
  await lifeline('init', `127.0.0.1:${port}`);
  for (const name of HOSTS) await lifeline('add', name);
  await lifeline('add', 'hub-2', '--hub');
  const server = await startServer(fleet, port);
  undo.defer(() => server.kill());

  const section = (name: string, url: string) => ({
    host: name,
    servers: [`nats://${new URL(url).host}`],
    credentials: `file:${join(fleet, `${name}.nk`)}`,
  });
  const environment = (folder: string): Readonly<Record<string, string>> => {
    const runtime = join(folder, 'run');
    mkdirSync(runtime, { recursive: true, mode: 0o700 });
    // Each is on a machine of its own, as far as it can see.
    return { HOME: folder, XDG_RUNTIME_DIR: runtime, XDG_STATE_HOME: join(folder, 'state') };
  };

  const writers: ((locale: 'zh-CN' | 'en') => void)[] = [];
  const hosts: Host[] = [];
  for (const name of HOSTS) {
    const folder = join(dir, name);
    const sandbox = await createSandbox({ dir: folder });
    undo.defer(() => sandbox.stop());
    const cable = await openCable(`nats://127.0.0.1:${port}`);
    undo.defer(() => cable.stop());
    await sandbox.gateway.start();
    const config = join(folder, 'config.yaml');
    writers.push((locale) => {
      const own = parse(readFileSync(sandbox.writeConfig({ watch: { settle: '3s', again: '0s' } }), 'utf8')) as object;
      // The hub has the bots and the people.
      const { channels: _, operators: __, alerts: ___, ...rest } = own as Record<string, unknown>;
      const labels = { role: ROLE[name] };
      writeFileSync(config, stringify({ ...rest, locale, fleet: { ...section(name, cable.url), labels } }));
    });
    const member = memberOf(name, 'run', config, environment(folder));
    undo.defer(() => member.stop());
    hosts.push({ ...member, sandbox, cable });
  }
  const [first] = hosts;
  if (first === undefined) throw new Error('a fleet has hosts');
  const { sandbox } = first;
  const hubs = HUBS.map((name): Member => {
    const folder = join(dir, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const config = join(folder, 'config.yaml');
    writers.push((locale) => {
      const { channels, operators, alerts } = parse(readFileSync(sandbox.writeConfig(), 'utf8')) as Record<
        string,
        unknown
      >;
      writeFileSync(
        config,
        stringify({
          locale,
          data_dir: join(folder, 'lifeline'),
          fleet: { ...section(name, `nats://127.0.0.1:${port}`), hub: true },
          channels,
          operators,
          alerts,
        }),
        { mode: 0o600 },
      );
    });
    const member = memberOf(name, 'hub', config, environment(folder));
    undo.defer(() => member.stop());
    return member;
  });
  const write = (locale: 'zh-CN' | 'en'): void => {
    // Those of the hubs first: the configuration of a sandbox is that of its host in the end.
    for (const writer of writers.toReversed()) writer(locale);
  };
  write('zh-CN');
  const [speaker, ...others] = hubs;
  speaker?.start();
  for (const host of hosts) host.start();
  for (const hub of others) hub.start();

  return {
    sandbox,
    hubs,
    hosts,
    server,
    speaking: () =>
      hubs.find(
        (hub) =>
          hub.pid() !== null &&
          hub.log().lastIndexOf('"this hub speaks"') > hub.log().lastIndexOf('"this hub falls silent"'),
      ) ?? null,
    configure: (locale) => {
      write(locale);
      for (const member of [...hubs, ...hosts])
        if (member.pid() !== null) void member.stop().then(() => member.start());
    },
  };
};
