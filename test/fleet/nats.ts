/** A real nats-server for a test: on the loopback, with a port of the system's choice and a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TimeoutError, type NatsConnection } from '@nats-io/transport-node';
import { ensureStreams } from '../../src/fleet/nats.ts';
import { serverFile, usersFile } from '../../src/fleet/server-file.ts';
import { MEMBERS, newMember } from './credentials.ts';
import { until } from './until.ts';

export { newMember, until };

const found = spawnSync('nats-server', ['--version'], { encoding: 'utf8' });

/** Why there is none; null: there is one. */
export const NO_NATS = found.status === 0 ? null : 'nats-server is not installed (Debian: apt-get install nats-server)';

/** As a hub, which tries again where the server, busy with its disk, has not answered in time. */
export const untilStreams = (nc: NatsConnection, mostBytes?: Parameters<typeof ensureStreams>[2]): Promise<void> =>
  until('the streams', () =>
    ensureStreams(nc, 1, mostBytes).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TimeoutError) return false;
        throw error;
      },
    ),
  );

export interface NatsOptions {
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
  stop(): Promise<void>;
}

const PATIENCE_MS = 20_000;

/** Lets in all that `newMember` has made in this process before its last start. */
export const startNats = async ({ storeBytes = 1024 ** 3, storeDir }: NatsOptions = {}): Promise<Nats> => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-nats-'));
  const file = join(folder, 'nats.conf');
  mkdirSync(join(folder, 'ports'));
  let port = -1;
  const write = (): void => {
    const text = serverFile({
      addresses: [{ host: 'localhost', port: 4222 }],
      index: 0,
      storeDir: storeDir ?? join(folder, 'store'),
      tls: null,
      clusterPassword: '',
    });
    writeFileSync(join(folder, 'users.conf'), usersFile({ addresses: [], tls: false, ca: false }, MEMBERS));
    writeFileSync(
      file,
      `${text.replace('127.0.0.1:4222', `127.0.0.1:${port}`).replace(/max_file_store: \d+/, `max_file_store: ${storeBytes}`)}\nports_file_dir: ${JSON.stringify(join(folder, 'ports'))}\n`,
    );
  };
  write();
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
      write();
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
    stop: async () => {
      server.kill('SIGCONT');
      if (!exited(server)) await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
