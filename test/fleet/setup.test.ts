/** `lifeline fleet`: what it writes, what it leaves alone, and the ten commands of docs/fleet.md at a real nats-server. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { silentLogger } from '../../src/base/logger.ts';
import { connectTo } from '../../src/fleet/nats.ts';
import { readAddress, readUsersFile, serverFile } from '../../src/fleet/server-file.ts';
import { HUB_INBOX, inboxOf } from '../../src/fleet/subjects.ts';
import { MAIN, QUICK_START } from '../program.ts';
import { NO_NATS } from './nats.ts';
import { until } from './until.ts';

const NO_FLEET = NO_NATS ?? (spawnSync('openssl', ['version']).status === 0 ? null : 'openssl is not installed');

const home = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-fleet-setup-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};
const environment = (dir: string): NodeJS.ProcessEnv => ({ ...process.env, HOME: dir, LANG: 'C', LC_ALL: 'C' });
const lifeline = (dir: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [...QUICK_START, MAIN, 'fleet', ...args, '--dir', join(dir, 'fleet')], {
    encoding: 'utf8',
    env: environment(dir),
  });
const usersOf = (dir: string): string => readFileSync(join(dir, 'fleet', 'users.conf'), 'utf8');

test.each([
  ['nats.example.com:4222', false, 4222],
  ['127.0.0.1:65535', false, 65535],
  ['127.0.0.1:65535', true, null],
  ['nats-1:63535', true, 63535],
  ['nats:65536', false, null],
  ['nats:0', false, null],
  ['nats', false, null],
  ['nats:4222/x', false, null],
])('the address %s (of a cluster: %s) is on port %s', (text, isCluster, port) => {
  expect(readAddress(text, isCluster)?.port ?? null).toBe(port);
});

test.each([
  ['localhost', '127.0.0.1'],
  ['nats.example.com', '0.0.0.0'],
])('servers at %s listen on %s, for hosts and for each other', (host, at) => {
  const addresses = [4222, 4223, 4224].map((port) => ({ host, port }));
  const text = serverFile({ addresses, index: 1, storeDir: '/x', tls: null, clusterPassword: 'pw' });
  expect(text).toContain(`listen: "${at}:4223"`);
  expect(text).toContain(`listen: "${at}:6223"`);
  expect(text).toContain(`nats-route://lifeline:pw@${host}:6222`);
  expect(text).not.toContain(`@${host}:6223`);
});

test('a file that a person has changed is not written, and what is to be put in is printed', () => {
  const dir = home();
  expect(lifeline(dir, 'init', 'localhost:4222')).toMatchObject({ status: 0 });
  expect(lifeline(dir, 'init', 'localhost:4222')).toMatchObject({ status: 1 });
  expect(lifeline(dir, 'add', 'web-1').stdout).toContain('nats://localhost:4222');
  expect(lifeline(dir, 'add', 'web-1').stderr).toContain('web-1 has a key already');
  expect(lifeline(dir, 'remove', 'web-1')).toMatchObject({ status: 0 });
  expect(lifeline(dir, 'add', 'web-1')).toMatchObject({ status: 0 });
  expect(readUsersFile(usersOf(dir))?.users.map(({ name }) => name)).toEqual(['hub-1', 'web-1']);
  const conf = join(dir, 'fleet', 'nats.conf');
  writeFileSync(conf, `${readFileSync(conf, 'utf8')}# mine\n`);
  const edited = usersOf(dir).replace('users: [', 'users: [\n  # mine');
  writeFileSync(join(dir, 'fleet', 'users.conf'), edited);
  const { stdout, status } = lifeline(dir, 'add', 'web-2');
  expect(status).toBe(0);
  expect(stdout).toMatch(/changed by hand[\s\S]*nkey: "U[A-Z2-7]{55}"[\s\S]*# host web-2/);
  expect(lifeline(dir, 'remove', 'web-1').stderr).toContain('changed by hand');
  expect(usersOf(dir)).toBe(edited);
  expect(readFileSync(conf, 'utf8')).toMatch(/# mine\n$/);
  for (const name of readdirSync(join(dir, 'fleet')))
    expect(statSync(join(dir, 'fleet', name)).mode & 0o077, name).toBe(0);
});

test.each([
  ['no certificate for other machines', ['init', 'nats.example.com:4222'], 'Hosts on other machines need TLS'],
  ['a port that there is not', ['init', 'localhost:65536'], '65535 is the last port'],
  ['two servers', ['init', 'localhost:4222', 'localhost:4223'], 'three different servers'],
  ['no fleet', ['add', 'web-1'], 'There is no fleet'],
  ['a name that is none', ['add', 'Web 1'], 'must be a name'],
])('%s', (_name, args, said) => {
  const dir = home();
  expect(lifeline(dir, ...args).stderr).toContain(said);
  expect(readdirSync(dir)).toEqual([]);
});

test('a folder of a fleet with signed rights is not touched', () => {
  const dir = home();
  mkdirSync(join(dir, 'fleet'));
  writeFileSync(join(dir, 'fleet', 'members.json'), '{"v":2}');
  expect(lifeline(dir, 'add', 'web-1').stderr).toContain('begin anew in another folder');
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** The commands of a page, in their order. */
const commandsIn = (page: string): readonly string[] =>
  [
    ...readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm),
  ].flatMap(([, block = '']) => block.trim().split('\n'));

test('the pages of both languages have the same ten commands', () => {
  expect(commandsIn('fleet.md')).toHaveLength(10);
  expect(commandsIn('fleet.zh-CN.md')).toEqual(commandsIn('fleet.md'));
});

test.skipIf(NO_FLEET !== null)('the ten commands lead from nothing to three hosts', { timeout: 120_000 }, async () => {
  const dir = home();
  const port = await freePort();
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  // What would run for ever is noted here, and started below.
  script(
    'lifeline',
    `case "$1" in hub|run) echo "$1" >> ${join(dir, 'started')} ;; *) exec ${process.execPath} ${[...QUICK_START, MAIN].join(' ')} "$@" ;; esac`,
  );
  script('nats-server', `printf '%s ' "$PWD" "$@" >> ${join(dir, 'server')}`);
  script('scp', `for file in "\${@:1:$#-1}"; do cp -p "${dir}/\${file#localhost:}" "\${@: -1}"; done`);
  const run = (command: string): string =>
    execFileSync(
      'bash',
      [
        '-c',
        command.replaceAll('nats.example.com:4222', `localhost:${port}`).replaceAll('nats.example.com', 'localhost'),
      ],
      {
        encoding: 'utf8',
        cwd: join(dir, '.config/lifeline/fleet'),
        env: { ...environment(dir), PATH: `${bin}:${process.env['PATH']}` },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  mkdirSync(join(dir, '.config/lifeline/fleet'), { recursive: true });
  const commands = commandsIn('fleet.md');
  const said = commands.map(run);
  run((commands[8] ?? '').replaceAll('web-1', 'web-2'));
  run((commands[8] ?? '').replaceAll('web-1', 'db-1'));
  expect(readFileSync(join(dir, 'started'), 'utf8')).toBe('hub\nrun\n');
  const [folder = '', ...args] = readFileSync(join(dir, 'server'), 'utf8').trim().split(' ');
  const server: ChildProcess = spawn('nats-server', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  let log = '';
  server.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await until('the server', () => log.includes('Server is ready'));

  const own = join(dir, '.config/lifeline');
  const sections = new Map(
    said.flatMap((text) => {
      const [, yaml] = /^(fleet:\n(?: .*\n)+)/m.exec(text) ?? [];
      if (yaml === undefined) return [];
      const { fleet } = parse(yaml) as { fleet: { host: string; servers: string[]; credentials: string; ca: string } };
      return [[fleet.host, fleet] as const];
    }),
  );
  expect([...sections.keys()]).toEqual(['hub-1', 'web-1', 'web-2', 'db-1']);
  const connect = ({ host, servers, credentials, ca }: NonNullable<ReturnType<typeof sections.get>>) => {
    const file = (path: string): string => readFileSync(path.replace(/^(?:file:)?~/, dir), 'utf8');
    return connectTo({
      access: { servers, credentials: file(credentials), ca: file(ca) },
      name: host,
      inbox: host === 'hub-1' ? HUB_INBOX : inboxOf(host),
      logger: silentLogger(),
      signal: AbortSignal.timeout(10_000),
    });
  };
  const [hub, ...hosts] = await Promise.all([...sections.values()].map(connect));
  onTestFinished(async () => {
    for (const each of [hub, ...hosts]) await each?.close();
  });
  hub?.nc.subscribe('lf1.up.>', { callback: (_error, message) => void message.respond(message.subject) });
  await hub?.nc.flush();
  for (const [index, host] of ['web-1', 'web-2', 'db-1'].entries())
    expect((await hosts[index]?.nc.request(`lf1.up.${host}.beat`))?.string()).toBe(`lf1.up.${host}.beat`);
  expect(
    readdirSync(own)
      .filter((name) => name.endsWith('.nk'))
      .toSorted(),
  ).toEqual(['db-1.nk', 'hub-1.nk', 'web-1.nk', 'web-2.nk']);

  // Removed and read anew, it is cut off; what comes back has a new key.
  run('lifeline fleet remove web-2');
  server.kill('SIGHUP');
  await until('the end of its connection', () => hosts[1]?.isUp() === false);
  run('lifeline fleet add web-2');
  run((commands[8] ?? '').replaceAll('web-1', 'web-2'));
  server.kill('SIGHUP');
  const section = sections.get('web-2');
  if (section === undefined) throw new Error('unreachable');
  const again = await connect(section);
  expect((await again.nc.request('lf1.up.web-2.beat')).string()).toBe('lf1.up.web-2.beat');
  await again.close();
});
