/** `lifeline fleet` as people run it, and the server that runs with what it writes. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { connectTo, type Connection } from '../../src/fleet/transport/connection.ts';
import { MAIN, QUICK_START } from '../program.ts';
import { NO_NATS, until } from './nats.ts';

export const NO_OPENSSL = spawnSync('openssl', ['version']).status === 0 ? null : 'openssl is not installed';
/** Why there can be no fleet here; null: there can. */
export const NO_FLEET = NO_NATS ?? NO_OPENSSL;

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
export const NO_FAKETIME = existsSync(FAKETIME) ? null : 'faketime is not installed';

type Environment = Readonly<Record<string, string>>;

/** The environment of somebody whose clock is so many seconds ahead. */
export const clock = (aheadS: number): Environment => ({
  LD_PRELOAD: FAKETIME,
  FAKETIME: `${aheadS < 0 ? '-' : '+'}${Math.abs(aheadS)}s`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});

const environment = (dir: string, env: Environment): NodeJS.ProcessEnv => ({
  ...process.env,
  HOME: dir,
  LANG: 'C',
  LC_ALL: 'C',
  ...env,
});

export const lifelineWith = (env: Environment, dir: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [...QUICK_START, MAIN, 'fleet', ...args, '--dir', dir], {
    encoding: 'utf8',
    env: environment(dir, env),
  });

export const lifeline = (dir: string, ...args: readonly string[]) => lifelineWith({}, dir, ...args);

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** A folder for a fleet, which is not there yet. */
export const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-fleet-setup-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'fleet');
};

/** What the files of the fleet say, without those of the server. */
export const everyFile = (dir: string): string =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${name}: ${readFileSync(join(dir, name), 'utf8')}`)
    .toSorted()
    .join('\n');

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Returns how to end it. */
export const startServer = (config: string): (() => Promise<void>) => {
  const server = spawn('nats-server', ['-c', config], { stdio: 'ignore' });
  const end = async (): Promise<void> => {
    server.kill('SIGKILL');
    await until('the end of the server', () => isOver(server));
  };
  onTestFinished(end);
  return end;
};

/** Connects with the creds of a member that the folder still has. */
export const openMember = async (
  dir: string,
  port: number,
  name: string,
  inbox: string,
  limitMs = 20_000,
): Promise<Connection> => {
  const connection = await connectTo({
    access: {
      servers: [`tls://127.0.0.1:${port}`],
      credentials: readFileSync(join(dir, `${name}.creds`), 'utf8'),
      ca: readFileSync(join(dir, 'ca.pem'), 'utf8'),
    },
    name,
    inbox,
    logger: silentLogger(),
    signal: AbortSignal.timeout(limitMs),
  });
  onTestFinished(() => connection.close());
  return connection;
};

/** `lifeline fleet add`, which goes on until the host is there. */
export const adding = async (dir: string, name: string, env: Environment = {}, ...more: readonly string[]) => {
  const child = spawn(process.execPath, [...QUICK_START, MAIN, 'fleet', 'add', name, ...more, '--dir', dir], {
    env: environment(dir, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await until('the end of the command', () => isOver(child));
  });
  await until('the command for the host', () => said.includes('Waiting for') || isOver(child));
  return { child, said: () => said, isOver: () => isOver(child), token: /fleet join (\S+)/.exec(said)?.[1] ?? said };
};
