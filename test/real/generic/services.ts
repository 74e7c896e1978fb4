/**
 * redis and nginx from the distribution's packages, and one that takes as much memory as it is told (`hungry.ts`), each
 * in a folder and on a port of its own.
 */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../openclaw/free-port.ts';
import { fileURLToPath } from 'node:url';
import { quoted } from '../systemd/unit-text.ts';

export interface Service {
  readonly home: string;
  /** Its log's name below `home`. */
  readonly log: string;
  /** Program and arguments, absolute; it stays in the foreground. */
  readonly command: readonly [string, ...string[]];
  readonly port: number;
  readonly configFile: string;
  /** What the operator writes under `generic:`. */
  readonly generic: Readonly<Record<string, unknown>>;
}

const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin'];
const programOf = (name: string): string | null =>
  FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;

const REDIS = programOf('redis-server');
const NGINX = programOf('nginx');

/** Why there can be no such services here; null when there can. */
export const whyNoServices = (): string | null => {
  const missing = [...(REDIS === null ? ['redis-server'] : []), ...(NGINX === null ? ['nginx-light'] : [])];
  return missing.length === 0
    ? null
    : `${missing.join(' and ')} is not installed (apt-get install ${missing.join(' ')})`;
};

/** A failing check is trouble at once, and what is well is soon seen to be. */
const CHECK = { every: '1s', timeout: '1s', for: '1s' };

export const makeRedis = async (home: string): Promise<Service> => {
  const port = await freePort();
  await mkdir(home, { recursive: true });
  const configFile = join(home, 'redis.conf');
  await writeFile(
    configFile,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${home}`,
      `logfile ${home}/redis.log`,
      `pidfile ${home}/redis.pid`,
      'daemonize no',
      'save ""',
      '',
    ].join('\n'),
  );
  return {
    home,
    log: 'redis.log',
    command: [REDIS ?? '', configFile],
    port,
    configFile,
    generic: {
      ready: 'Ready to accept connections',
      stopping: 'User requested shutdown',
      logs: [{ path: 'redis.log' }],
      checks: [{ tcp: `127.0.0.1:${port}`, ...CHECK }],
    },
  };
};

export const makeNginx = async (home: string): Promise<Service> => {
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${home}/tmp/${name};`,
  );
  await mkdir(join(home, 'tmp'), { recursive: true });
  const configFile = join(home, 'nginx.conf');
  const lines = [
    'daemon off;',
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes 1;',
    `pid ${home}/nginx.pid;`,
    `error_log ${home}/error.log notice;`,
    'events {}',
    'http {',
    ...temporary,
    `  access_log ${home}/access.log;`,
    `  server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } }`,
    '}',
    '',
  ];
  await writeFile(configFile, lines.join('\n'));
  return {
    home,
    log: 'error.log',
    command: [NGINX ?? '', '-c', configFile],
    port,
    configFile,
    generic: {
      ready: 'start worker processes',
      logs: [{ path: 'error.log' }],
      checks: [{ http: `http://127.0.0.1:${port}/`, contains: 'ok', ...CHECK }],
    },
  };
};

const HUNGRY = fileURLToPath(new URL('./hungry.ts', import.meta.url));

/** @param group the control group that counts its memory, where nobody else puts it into one */
export const makeHungry = async (home: string, group: string | null): Promise<Service> => {
  const port = await freePort();
  await mkdir(home, { recursive: true });
  return {
    home,
    log: 'hungry.log',
    command: [process.execPath, HUNGRY, String(port), ...(group === null ? [] : [group])],
    port,
    configFile: HUNGRY,
    generic: {
      ready: '^ready$',
      stopping: '^stopping$',
      logs: [{ path: 'hungry.log' }],
      checks: [{ tcp: `127.0.0.1:${port}`, ...CHECK }],
    },
  };
};

/** A unit for it; `lines` are added to `[Service]`. */
export const unitOf = ({ home, command }: Service, lines: readonly string[]): string =>
  [
    '[Service]',
    `ExecStart=${command.map(quoted).join(' ')}`,
    `WorkingDirectory=${home}`,
    `Environment=TZ=${process.env['TZ'] ?? ''}`,
    `StandardError=append:${home}/stderr.log`,
    ...lines,
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');

/** The live processes of it, the oldest first; by its folder or configuration file, whatever they call themselves. */
export const pidsOf = ({ home }: Service): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && linkOf(`/proc/${name}/cwd`) === home)
    .filter((name) => {
      const program = linkOf(`/proc/${name}/exe`) ?? '';
      return program === process.execPath || /redis|nginx/.test(program);
    })
    .map(Number)
    .sort((one, other) => one - other);

const linkOf = (path: string): string | null => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};

/** Whether its port takes a connection. */
export const answers = ({ port }: Service): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    const end = (ok: boolean): void => {
      socket.destroy();
      resolve(ok);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });
