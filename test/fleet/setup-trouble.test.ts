/** `lifeline fleet` where servers are away, clocks differ, or the fleet was begun by an earlier Lifeline. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { expect, onTestFinished, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readSecretFile } from '../../src/config/read-secret.ts';
import { agentRights, HUB_INBOX, inboxOf } from '../../src/fleet/protocol/subjects.ts';
import { seedOf } from '../../src/fleet/setup/fleet-keys.ts';
import { connectTo } from '../../src/fleet/transport/connection.ts';
import { until, untilStreams } from './nats.ts';
import {
  adding,
  clock,
  everyFile,
  folder,
  freePort,
  lifeline,
  lifelineWith,
  NO_FAKETIME,
  NO_FLEET,
  openMember,
  startServer,
} from './setup-stage.ts';

const HOUR_S = 3_600;

test.skipIf(NO_FLEET !== null)(
  'a removal that no server hears is told with a later command, and lasts over a start of the server',
  { timeout: 120_000 },
  async () => {
    const dir = folder();
    const port = await freePort();
    expect(lifeline(dir, 'init', `127.0.0.1:${port}`).status).toBe(0);
    for (const name of ['web-3', 'web-4']) expect(lifeline(dir, 'add', name, '--files').status).toBe(0);
    // The server goes on with this copy, as one that runs on another machine.
    const config = join(dir, 'copy.conf');
    copyFileSync(join(dir, 'nats.conf'), config);
    const creds = readFileSync(join(dir, 'web-3.creds'), 'utf8');
    const untold = lifeline(dir, 'remove', 'web-3');
    expect([untold.status, untold.stdout]).toEqual([1, '']);
    expect(untold.stderr).toContain('until one does web-3 keeps its rights');

    const end = startServer(config);
    const hub = await openMember(dir, port, 'hub-1', HUB_INBOX);
    await untilStreams(hub.nc);
    writeFileSync(join(dir, 'web-3.creds'), creds, { mode: 0o600 });
    const web = await openMember(dir, port, 'web-3', inboxOf('web-3'));
    const again = lifeline(dir, 'remove', 'web-3');
    expect([again.status, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('The server knows');
    await until('the host to be put out', () => !web.isUp());
    expect(lifeline(dir, 'remove', 'web-3').stderr).toMatch(/is no member/);
    // Another command tells it too, once.
    const list = join(dir, 'members.json');
    writeFileSync(list, readFileSync(list, 'utf8').replace('"isTold": true', '"isTold": false'));
    expect(lifeline(dir, 'add', 'web-5', '--files').stdout).toContain('The server knows');
    expect(lifeline(dir, 'add', 'web-6', '--files').stdout).not.toContain('The server knows');

    // The server keeps what it was told, whatever its configuration says.
    await end();
    startServer(config);
    await until('the hub', () => hub.isUp());
    await expect(openMember(dir, port, 'web-3', inboxOf('web-3'), 5_000)).rejects.toThrow();
    expect((await openMember(dir, port, 'web-4', inboxOf('web-4'))).isUp()).toBe(true);
    await untilStreams(hub.nc);
  },
);

test.skipIf(NO_FLEET !== null || !IN_DEPTH)(
  'what was removed with one copy of the folder stays removed when another copy removes',
  { timeout: 120_000 },
  async () => {
    const dir = folder();
    const port = await freePort();
    expect(lifeline(dir, 'init', `127.0.0.1:${port}`).status).toBe(0);
    for (const name of ['web-3', 'web-4']) expect(lifeline(dir, 'add', name, '--files').status).toBe(0);
    startServer(join(dir, 'nats.conf'));
    const copy = join(dir, '..', 'copy');
    cpSync(dir, copy, { recursive: true });
    expect(lifeline(dir, 'remove', 'web-3').stderr).toBe('');
    const other = lifeline(copy, 'remove', 'web-4');
    expect([other.status, other.stderr]).toEqual([0, '']);
    expect(other.stdout).toContain('Removed with another copy of this folder, and now here too: web-3');
    cpSync(join(copy, 'web-3.creds'), join(dir, 'web-3.creds'));
    await expect(openMember(dir, port, 'web-3', inboxOf('web-3'), 5_000)).rejects.toThrow();
    expect((await openMember(dir, port, 'hub-1', HUB_INBOX)).isUp()).toBe(true);
    expect(lifeline(dir, 'remove', 'hub-1').stdout).toContain('now here too: web-4');
  },
);

test.skipIf((NO_FLEET ?? NO_FAKETIME) !== null || !IN_DEPTH).each([
  [-300, 300],
  [300, -300],
])(
  'a host joins where the clock of the fleet is %i s ahead of the server, and its own %i s',
  { timeout: 120_000 },
  async (fleetS, hostS) => {
    const dir = folder();
    const port = await freePort();
    // Certificates have a beginning too.
    expect(lifelineWith(clock(-HOUR_S), dir, 'init', `127.0.0.1:${port}`).stderr).toBe('');
    startServer(join(dir, 'nats.conf'));
    const join3 = await adding(dir, 'web-3', clock(fleetS));
    expect(lifelineWith(clock(hostS), join(dir, '..', 'host'), 'join', join3.token).stderr).toBe('');
    await until('the end of the command', join3.isOver);
    copyFileSync(join(dir, '..', 'host', 'web-3.creds'), join(dir, 'web-3.creds'));
    const web = await openMember(dir, port, 'web-3', inboxOf('web-3'));
    // The clock was set back since.
    expect(lifelineWith(clock(fleetS - HOUR_S / 2), dir, 'remove', 'web-3').stderr).toBe('');
    await until('the host to be put out', () => !web.isUp());
  },
);

test.skipIf((NO_FLEET ?? NO_FAKETIME) !== null || !IN_DEPTH)(
  'what was printed is of no use after 15 minutes by the clock of the server',
  { timeout: 120_000 },
  async () => {
    const dir = folder();
    const port = await freePort();
    expect(lifelineWith(clock(-HOUR_S), dir, 'init', `127.0.0.1:${port}`).stderr).toBe('');
    startServer(join(dir, 'nats.conf'));
    const late = await adding(dir, 'web-3', clock(-15 * 60 - 5));
    expect(lifeline(join(dir, '..', 'host'), 'join', late.token).stderr).toContain("by the server's clock");
    expect(late.isOver()).toBe(false);
  },
);

test.skipIf(NO_FLEET !== null)('hosts of a fleet that was begun by an earlier Lifeline go on', async () => {
  const dir = folder();
  const port = await freePort();
  const pair = createUser();
  const { publish, subscribe } = agentRights('web-3');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const user = `{ nkey: ${pair.getPublicKey()}, permissions: { publish: { allow: ${JSON.stringify(publish)} }, subscribe: { allow: ${JSON.stringify(subscribe)} } } }`;
  writeFileSync(join(dir, 'nats.conf'), `listen: "127.0.0.1:${port}"\nauthorization: { users: [ ${user} ] }\n`);
  const old = {
    v: 1,
    address: `127.0.0.1:${port}`,
    members: [{ name: 'web-3', role: 'agent', key: pair.getPublicKey() }],
  };
  writeFileSync(join(dir, 'members.json'), JSON.stringify(old), { mode: 0o600 });
  startServer(join(dir, 'nats.conf'));
  const web = await connectTo({
    access: { servers: [`nats://127.0.0.1:${port}`], credentials: `${seedOf(pair)}\n`, ca: null },
    name: 'web-3',
    inbox: inboxOf('web-3'),
    logger: silentLogger(),
    signal: AbortSignal.timeout(20_000),
  });
  onTestFinished(() => web.close());
  const before = everyFile(dir);
  for (const args of [
    ['add', 'web-4'],
    ['add', 'web-4', '--files'],
    ['remove', 'web-3'],
  ]) {
    const { status, stderr } = lifeline(dir, ...args);
    expect([status, stderr]).toEqual([1, expect.stringContaining('lifeline fleet init HOST:PORT --dir FOLDER')]);
  }
  expect(everyFile(dir)).toBe(before);
  expect(web.isUp()).toBe(true);
});

test.skipIf(NO_FLEET !== null)('the configuration takes the section that is printed, with its creds file', () => {
  const dir = folder();
  expect(lifeline(dir, 'init', '127.0.0.1:4222').status).toBe(0);
  const added = lifeline(dir, 'add', 'web-3', '--files');
  const section = /^fleet:\n(?: .*\n)+/m.exec(added.stdout)?.[0] ?? '';
  const { fleet } = parseConfig(
    `${section.replaceAll('~/.config/lifeline', dir)}\ngateways: [{ name: main, kind: hermes, home: /nowhere }]\n`,
    { file: join(dir, 'config.yaml'), env: {}, home: dir, readSecret: readSecretFile },
  );
  const creds = readFileSync(join(dir, 'web-3.creds'), 'utf8').trim();
  expect(fleet?.access.credentials.reveal()).toBe(creds);
});
