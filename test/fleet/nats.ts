/** A real nats-server for a test: on the loopback, with a port of the system's choice and a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { serverConfig, STORE_BYTES, type Member, type Members } from '../../src/fleet/setup/server-config.ts';
import { until } from './until.ts';

export { until };

const found = spawnSync('nats-server', ['--version'], { encoding: 'utf8' });

/** Why there is none; null: there is one. */
export const NO_NATS = found.status === 0 ? null : 'nats-server is not installed (Debian: apt-get install nats-server)';

export interface Credentials extends Member {
  readonly seed: string;
}

export const newMember = (name: string, role: Member['role']): Credentials => {
  const pair = createUser();
  return { name, role, key: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) };
};

export interface NatsOptions {
  readonly members: readonly Member[];
  readonly storeBytes?: number;
  /** Where JetStream keeps its streams, instead of the test's own folder. */
  readonly storeDir?: string;
}

export interface Nats {
  readonly url: string;
  readonly folder: string;
  /** The process of the server. */
  readonly process: () => ChildProcess;
  signal(name: NodeJS.Signals): void;
  /** Ends it, and starts it on the same port and folder. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Others may connect from now on. */
  admit(members: readonly Member[]): void;
  stop(): Promise<void>;
}

const PATIENCE_MS = 20_000;

export const startNats = async ({ members, storeBytes = STORE_BYTES, storeDir }: NatsOptions): Promise<Nats> => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-nats-'));
  const file = join(folder, 'nats.conf');
  mkdirSync(join(folder, 'ports'));
  let port = -1;
  const write = (all: readonly Member[]): void => {
    const text = serverConfig({ v: 1, address: 'localhost:4222', members: [...all], joins: [] } satisfies Members, {
      tls: null,
      storeDir: storeDir ?? join(folder, 'store'),
      mostBytes: storeBytes,
    });
    writeFileSync(
      file,
      `${text.replace('127.0.0.1:-1', `127.0.0.1:${port}`)}\nports_file_dir: ${JSON.stringify(join(folder, 'ports'))}\n`,
    );
  };
  write(members);
  let server: ChildProcess;
  let url = '';
  const exited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
  const start = async (): Promise<void> => {
    rmSync(join(folder, 'ports'), { recursive: true, force: true });
    mkdirSync(join(folder, 'ports'));
    server = spawn('nats-server', ['-c', file], { stdio: 'ignore' });
    await until(
      'the NATS server',
      () => {
        const [name] = readdirSync(join(folder, 'ports'));
        if (name === undefined) return false;
        try {
          const { nats } = JSON.parse(readFileSync(join(folder, 'ports', name), 'utf8')) as { nats: readonly string[] };
          url = nats[0] ?? '';
        } catch {
          return false;
        }
        return url !== '';
      },
      PATIENCE_MS,
    );
    if (port < 0) {
      port = Number(new URL(url).port);
      write(members);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    await until('the end of the NATS server', () => exited(server), PATIENCE_MS);
  };
  await start();
  return {
    get url() {
      return url;
    },
    folder,
    process: () => server,
    signal: (name) => void server.kill(name),
    restart: async (signal = 'SIGKILL') => {
      await end(signal);
      await start();
    },
    admit: (all) => {
      write(all);
      server.kill('SIGHUP');
    },
    stop: async () => {
      server.kill('SIGCONT');
      if (!exited(server)) await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
