/** `lifeline fleet`: what it writes is what a real nats-server takes, with TLS. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { IN_DEPTH } from '../deep.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { HUB_INBOX, inboxOf, joinInbox } from '../../src/fleet/protocol/subjects.ts';
import { readCreds, writeCreds } from '../../src/base/nats-creds.ts';
import { seedOf } from '../../src/fleet/setup/fleet-keys.ts';
import { readToken } from '../../src/fleet/setup/join.ts';
import { readJwt } from '../../src/fleet/setup/jwt.ts';
import { serverConfig } from '../../src/fleet/setup/server-config.ts';
import { connectTo } from '../../src/fleet/transport/connection.ts';
import { newMember, until, untilStreams } from './nats.ts';
import {
  adding,
  everyFile,
  folder,
  freePort,
  lifeline,
  NO_FLEET,
  NO_OPENSSL,
  openMember,
  startServer,
} from './setup-stage.ts';

test.each([
  ['127.0.0.1:4222', '127.0.0.1:4222'],
  ['localhost:4222', '127.0.0.1:4222'],
  ['nats.example.com:4222', '0.0.0.0:4222'],
  ['127.example.com:4222', '0.0.0.0:4222'],
])('a server that hosts reach at %s listens at %s', (address, listen) => {
  const account = { key: 'A', jwt: 'j' };
  const config = serverConfig(
    address,
    { operator: 'o', system: account, account },
    { tls: { certificate: '/c', key: '/k' }, storeDir: '/s', jwtDir: '/j', mostBytes: 1 },
  );
  expect(config).toContain(`listen: "${listen}"`);
});

test.skipIf(NO_FLEET !== null)('a fleet is begun, a host let in and put out', { timeout: 60_000 }, async () => {
  const dir = folder();
  const port = await freePort();
  const begun = lifeline(dir, 'init', `127.0.0.1:${port}`);
  expect(begun.stderr).toBe('');
  const added = lifeline(dir, 'add', 'web-3', '--files');
  expect(added.status).toBe(0);
  const section = parse(/^fleet:\n(?: .*\n)+/m.exec(added.stdout)?.[0] ?? '') as { fleet: Record<string, unknown> };
  expect(section.fleet).toEqual({
    host: 'web-3',
    servers: [`tls://127.0.0.1:${port}`],
    credentials: 'file:~/.config/lifeline/web-3.creds',
    ca: '~/.config/lifeline/ca.pem',
  });
  // Whoever reads them is that host, or lets any in.
  for (const file of ['web-3.creds', 'hub-1.creds', 'keys.json', 'nats.conf', 'members.json'])
    expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  expect(readFileSync(join(dir, 'nats.conf'), 'utf8')).not.toMatch(/\bS[UAO][A-Z2-7]{20}/);
  expect(added.stdout + begun.stdout).not.toMatch(/\bS[UAO][A-Z2-7]{20}/);

  const endServer = startServer(join(dir, 'nats.conf'));
  const hub = await openMember(dir, port, 'hub-1', HUB_INBOX);
  await untilStreams(hub.nc);
  await untilStreams(hub.nc);
  const creds = readFileSync(join(dir, 'web-3.creds'), 'utf8');
  const web = await openMember(dir, port, 'web-3', inboxOf('web-3'));
  const reply = new Promise<string>((resolve) => {
    hub.nc.subscribe('lf1.up.*.beat', {
      callback: (_error, message) => {
        message.respond('pong');
        resolve(message.subject);
      },
    });
  });
  await hub.nc.flush();
  expect((await web.nc.request('lf1.up.web-3.beat', 'ping', { timeout: 20_000 })).string()).toBe('pong');
  expect(await reply).toBe('lf1.up.web-3.beat');

  const removed = lifeline(dir, 'remove', 'web-3');
  expect(removed.stderr).toBe('');
  expect(removed.stdout).toContain('The server knows');
  expect(existsSync(join(dir, 'web-3.creds'))).toBe(false);
  await until('the host to be put out', () => !web.isUp());
  expect(hub.isUp()).toBe(true);
  // The streams go on with the account as it is now.
  await untilStreams(hub.nc);

  // A server that is started anew knows it still.
  await endServer();
  await until('the server to be missed', () => !hub.isUp());
  startServer(join(dir, 'nats.conf'));
  await until('the hub to be back', () => hub.isUp());
  writeFileSync(join(dir, 'web-3.creds'), creds);
  await expect(openMember(dir, port, 'web-3', inboxOf('web-3'), 5_000)).rejects.toThrow();
  expect(web.isUp()).toBe(false);
});

test.skipIf(NO_FLEET !== null)(
  'a new host joins by one command, which can do nothing else, and nothing once nobody waits for it',
  { timeout: 120_000 },
  async () => {
    const dir = folder();
    const host = join(dir, '..', 'host');
    const port = await freePort();
    expect(lifeline(dir, 'init', `127.0.0.1:${port}`).status).toBe(0);
    startServer(join(dir, 'nats.conf'));
    const join3 = await adding(dir, 'web-3');

    // What was printed may hand in a key, and nothing else.
    const { jwt, seed, ca } = readToken(join3.token);
    expect((readJwt(jwt)?.exp ?? 0) - (readJwt(jwt)?.iat ?? 0)).toBe(15 * 60);
    const refused: string[] = [];
    const thief = await connectTo({
      access: { servers: [`tls://127.0.0.1:${port}`], credentials: writeCreds(jwt, seed), ca },
      name: 'thief',
      inbox: joinInbox('web-3'),
      logger: silentLogger(),
      signal: AbortSignal.timeout(20_000),
    });
    void (async () => {
      for await (const status of thief.nc.status()) if (status.type === 'error') refused.push(status.error.message);
    })();
    for (const subject of ['lf1.up.web-3.beat', 'lf1.down.web-3.command', 'lf1.join.web-4', '$JS.API.STREAM.LIST'])
      thief.nc.publish(subject, 'x');
    for (const subject of ['lf1.down.web-3.>', 'lf1.up.>', '>'])
      thief.nc.subscribe(subject, { callback: () => undefined });
    await until('each to be refused', () => refused.length >= 7);
    // What is no key of its own is not taken.
    thief.nc.publish('lf1.join.web-3', JSON.stringify({ v: 1, key: newMember('x', 'agent').key, proof: 'AAAA' }));
    await thief.nc.flush();
    await thief.close();

    // Where the key cannot be written it is not handed in: the same command works once it can be.
    const blocked = join(host, 'web-3.nkey.joining.new');
    mkdirSync(join(blocked, 'full'), { recursive: true });
    expect(lifeline(host, 'join', join3.token).stderr).toContain('Nothing was handed in');
    expect(join3.isOver()).toBe(false);
    rmSync(blocked, { recursive: true });
    // A join that was cut off after that has a key, which is the one that counts.
    const pair = createUser();
    const [written, own] = [pair.getPublicKey(), seedOf(pair)];
    writeFileSync(join(host, 'web-3.nkey.joining'), `${own}\n`, { mode: 0o600 });
    const joined = lifeline(host, 'join', join3.token);
    expect(joined.stderr).toBe('');
    expect(joined.stdout).toContain(`servers:\n    - tls://127.0.0.1:${port}`);
    expect(joined.stdout).not.toMatch(/\bS[UAO][A-Z2-7]{20}/);
    expect(statSync(join(host, 'web-3.creds')).mode & 0o077).toBe(0);
    await until('the end of the command', join3.isOver);
    expect(join3.child.exitCode).toBe(0);
    const key = /key ends in (\w{8})/.exec(joined.stdout)?.[1] ?? '?';
    expect(join3.said()).toContain(`web-3 has joined. Its key ends in ${key}`);
    expect(written.endsWith(key)).toBe(true);
    expect(readCreds(readFileSync(join(host, 'web-3.creds'), 'utf8')).seed).toBe(own);
    expect(readdirSync(host).toSorted()).toEqual(['ca.pem', 'web-3.creds']);
    expect(lifeline(host, 'join', join3.token).stdout).toBe(joined.stdout);
    // The seed has never been where the fleet is kept.
    expect(everyFile(dir)).not.toContain(own);

    rmSync(join(host, 'web-3.creds'));
    expect(lifeline(host, 'join', join3.token).stderr).toContain('Nobody waits for web-3');
    expect(lifeline(host, 'join', join3.token.slice(0, 100)).status).toBe(2);

    const left = await adding(dir, 'web-4');
    left.child.kill('SIGINT');
    await until('the end of the command', left.isOver);
    expect(left.said()).toContain('web-4 did not join');
    // Killed in the middle it leaves nothing behind either.
    const before = everyFile(dir);
    const killed = await adding(dir, 'web-4');
    killed.child.kill('SIGKILL');
    await until('the end of the command', killed.isOver);
    expect(everyFile(dir)).toBe(before);
    // What an earlier command has printed is of no use to a later one.
    const later = await adding(dir, 'web-4');
    expect(lifeline(host, 'join', killed.token).stderr).toContain('Nobody waits for web-4');
    expect(lifeline(host, 'join', later.token).stderr).toBe('');
  },
);

test.skipIf(NO_OPENSSL !== null || !IN_DEPTH)('what cannot be done is said', () => {
  const dir = folder();
  expect(lifeline(dir, 'add', 'web-3').stderr).toMatch(/There is no fleet/);
  expect(lifeline(dir, 'init', 'nonsense').status).toBe(2);
  expect(lifeline(dir, 'init', 'localhost:4222', '--cert', 'x').status).toBe(2);
  expect(lifeline(dir, 'init', 'localhost:4222').status).toBe(0);
  expect(lifeline(dir, 'init', 'localhost:4222').stderr).toMatch(/already/);
  expect(lifeline(dir, 'add', 'Web_3').status).toBe(2);
  expect(lifeline(dir, 'add', 'hub-1').stderr).toMatch(/is a member already/);
  expect(lifeline(dir, 'remove', 'web-9').stderr).toMatch(/is no member/);
  expect(
    execFileSync('openssl', ['x509', '-in', join(dir, 'ca.pem'), '-noout', '-text'], { encoding: 'utf8' }),
  ).toContain('DNS:localhost');
});
