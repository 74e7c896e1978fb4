/**
 * The test's hand on a fake OpenClaw: makes its state folder, starts it as its user would, changes the world around it,
 * reads what it did.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from '../../../../sandbox/gateway/launch.ts';
import {
  isAlive,
  processesRunning,
  readProcessId,
  signalProcess,
  type ProcessId,
} from '../../../../sandbox/gateway/proc.ts';
import { configFile } from './config.ts';
import { readJournal, writeWorld, type Act, type Entry, type World } from './world.ts';

export interface FakeOpenClaw {
  readonly home: string;
  /** What starts it; OPENCLAW_STATE_DIR must name the home. */
  readonly command: readonly string[];
  readonly logFile: string;
  /** Starts it without a supervisor; resolves when it says that it is ready, or has ended. */
  start(): Promise<void>;
  change(world: Partial<Omit<World, 'owner' | 'acts'>>): void;
  act(act: Act): void;
  /** Of the live process; nothing when there is none. */
  signal(name: NodeJS.Signals): void;
  current(): ProcessId | null;
  /** What it has done so far, over all its lives. */
  journal(): readonly Entry[];
  /** How often something of this beginning is in there. */
  count(what: string): number;
  /** Writes its configuration as a person does, with these changes to the good one. */
  writeConfig(changes?: ConfigChanges): void;
  /** Ends every process of it. */
  stop(): Promise<void>;
}

export interface ConfigChanges {
  readonly gateway?: Readonly<Record<string, unknown>>;
  readonly qqbot?: Readonly<Record<string, unknown>>;
  /** Without the block by which OpenClaw knows its own hand. */
  readonly withoutMeta?: boolean;
}

export interface FakeOptions {
  /** Holds the state folder `<name>`, its program and its output; the caller removes it. */
  readonly dir: string;
  readonly name: string;
  /** LIFELINE_CLOCK, for one. */
  readonly env?: Readonly<Record<string, string>>;
  readonly world?: Partial<Omit<World, 'owner' | 'acts'>>;
}

const PATIENCE_MS = 60_000;
const POLL_MS = 20;
const GOOD: Omit<World, 'owner'> = {
  platforms: { feishu: 'answers', qqbot: 'answers' },
  startOutcomes: [],
  handshake: 'taken',
  keepsBack: [],
  drainMs: 0,
  acts: [],
};

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

export const createFake = async ({ dir, name, env = {}, world: worldNow = {} }: FakeOptions): Promise<FakeOpenClaw> => {
  const home = join(dir, name);
  const port = await freePort();
  const owner = readProcessId(process.pid);
  if (!owner) throw new Error('this process cannot be told');
  const program = join(dir, `${name}-package`, 'dist', 'index.js');
  mkdirSync(join(program, '..'), { recursive: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(
    program,
    `import(${JSON.stringify(new URL('main.ts', import.meta.url).href)}).then(({ main }) => main(process.argv.slice(2), process.env)).then((code) => process.exit(code));\n`,
  );
  const logFile = join(dir, `${name}-logs`, 'openclaw.log');
  const command = [process.execPath, program, 'gateway', '--port', String(port)];
  let world: World = { ...GOOD, ...worldNow, owner };
  writeWorld(home, world);

  const writeConfig = ({ gateway = {}, qqbot = {}, withoutMeta = false }: ConfigChanges = {}): void => {
    const config = {
      gateway: {
        mode: 'local',
        port,
        bind: 'loopback',
        auth: { mode: 'token', token: 'fake-token-of-a-test' },
        ...gateway,
      },
      logging: { file: logFile },
      channels: {
        feishu: { enabled: true, appId: 'cli_0123456789abcdef', appSecret: 'fake', connectionMode: 'websocket' },
        qqbot: { enabled: true, appId: '102000001', clientSecret: 'fake', ...qqbot },
      },
      plugins: { entries: { feishu: { enabled: true }, qqbot: { enabled: true } } },
      ...(withoutMeta ? {} : { meta: { lastTouchedVersion: '2026.9.6' } }),
    };
    // At once, as editors do: half a file would be read as one that is wrong.
    const written = `${configFile(home)}.new`;
    writeFileSync(written, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    renameSync(written, configFile(home));
  };
  writeConfig();

  const pids = (): readonly ProcessId[] => processesRunning(program);
  const change: FakeOpenClaw['change'] = (changes) => writeWorld(home, (world = { ...world, ...changes }));

  return {
    home,
    command,
    logFile,
    start: async () => {
      const readies = readJournal(home).filter(({ what }) => what.startsWith('ready')).length;
      const started = launch(command, { ...env, OPENCLAW_STATE_DIR: home }, join(dir, `${name}-output.log`));
      for (const deadline = Date.now() + PATIENCE_MS; started.ended() === null; await pause(POLL_MS)) {
        if (readJournal(home).filter(({ what }) => what.startsWith('ready')).length > readies) return;
        if (Date.now() >= deadline)
          throw new Error(
            `the fake OpenClaw does not start:\n${readFileSync(join(dir, `${name}-output.log`), 'utf8')}`,
          );
      }
    },
    change,
    act: (act) => writeWorld(home, (world = { ...world, acts: [...world.acts, act] })),
    signal: (signal) => {
      for (const target of pids()) signalProcess(target, signal);
    },
    current: () => pids().find(isAlive) ?? null,
    journal: () => readJournal(home),
    count: (what) => readJournal(home).filter((entry) => entry.what.startsWith(what)).length,
    writeConfig,
    stop: async () => {
      for (let left = pids(); left.length > 0; left = pids()) {
        for (const target of left) signalProcess(target, 'SIGKILL');
        await pause(POLL_MS);
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
};
