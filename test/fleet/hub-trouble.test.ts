/** An agent that reaches no hub says so where people look, with what to do; two agents of one name are told apart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount, createUser } from '@nats-io/nkeys';
import { expect, onTestFinished, test } from 'vitest';
import { hubTroubleLines } from '../../src/cli/beside-bot/hub-lines.ts';
import { accessProblems } from '../../src/config/fleet-access.ts';
import { Secret } from '../../src/config/secret.ts';
import { whyNoServer } from '../../src/fleet/agent/agent.ts';
import { createHosts, areTwins } from '../../src/fleet/hub/hosts.ts';
import { createTwinWatch } from '../../src/fleet/hub/twin-watch.ts';
import type { Beat } from '../../src/fleet/protocol/messages.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { HUB_TROUBLES, readHubTrouble, writeHubTrouble } from '../../src/store/hub-trouble.ts';
import { createMeta } from '../../src/store/meta.ts';
import { newMember } from './credentials.ts';

const NOW = Date.UTC(2026, 0, 1);
const PERSON = { person: 'feishu:ou_1', ways: [{ channel: 'feishu', user: 'ou_1' }] };

const beat = (instance: string): Beat => ({
  v: 1,
  version: '1',
  instance,
  startedAt: 0,
  at: 0,
  labels: {},
  accept: 'operator',
  incidents: 0,
  gateways: [],
});

const seed = new TextDecoder().decode(createUser().getSeed());
const own = newMember('web-1', 'agent').creds;
const withSeed = (given: string): string => own.replace(/\bSU[A-Z2-7]{56}/, given);

test.each<[string, string, string | null]>([
  ['a seed', seed, null],
  ['a seed with its line end', `${seed}\n`, null],
  ['a creds file', own, null],
  ['a creds file with the seed of another', withSeed(seed), 'no_rights'],
  ['a creds file with a broken JWT', own.replace(/^[\w-]+\./m, 'eyJ0.'.repeat(3)), 'no_rights'],
  ['half a seed', seed.slice(0, 30), 'no_seed'],
  ['a seed with a letter changed', `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`, 'no_seed'],
  ['a public key', createUser().getPublicKey(), 'no_seed'],
  ['a creds file without its seed', withSeed(''), 'no_seed'],
  ['an empty file', '', 'no_seed'],
  ['the seed of an account', new TextDecoder().decode(createAccount().getSeed()), 'not_of_a_user'],
])('credentials that are %s', async (_name, given, why) => {
  const found = await accessProblems({ servers: [], credentials: new Secret(given, 'file'), caFile: null }, NOW);
  expect(found.map((problem) => problem.why)).toEqual(why === null ? [] : [why]);
  expect(JSON.stringify(found)).not.toMatch(/SU[A-Z2-7]{10}/);
});

test('a certificate that is missing, none, or open to others', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-access-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'ca.pem');
  const why = async () =>
    (await accessProblems({ servers: [], credentials: new Secret(seed, 'file'), caFile: file }, NOW)).map(
      ({ key, why: reason }) => `${key} ${reason}`,
    );
  expect(await why()).toEqual(['ca unreadable']);
  writeFileSync(file, 'not a certificate', { mode: 0o600 });
  expect(await why()).toEqual(['ca no_certificate']);
});

test('what is noted is read, and what cannot be read is nothing', () => {
  const meta = createMeta(openDatabase(':memory:'));
  expect(readHubTrouble(meta)).toBeNull();
  for (const why of HUB_TROUBLES) {
    writeHubTrouble(meta, { why, since: NOW, said: 'ECONNREFUSED' });
    expect(readHubTrouble(meta)).toEqual({ why, since: NOW, said: 'ECONNREFUSED' });
  }
  writeHubTrouble(meta, null);
  expect(readHubTrouble(meta)).toBeNull();
  for (const text of ['{', '[]', '{"why":"new","since":1}', '{"why":"no_hub"}']) {
    meta.set('fleet.hub_trouble', text);
    expect(readHubTrouble(meta)).toBeNull();
  }
});

test.each([
  ['self-signed certificate in certificate chain', 'certificate'],
  ['unable to verify the first certificate', 'certificate'],
  ["Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames: DNS:b", 'certificate'],
  ['Authorization Violation', 'refused'],
  ['User Authentication Revoked', 'refused'],
  ['User Authentication Expired', 'refused'],
  ['Authentication Timeout', 'busy'],
  ['', 'no_server'],
  ['connect ECONNREFUSED 127.0.0.1:4222', 'no_server'],
])('%s: %s', (said, why) => expect(whyNoServer(said)).toBe(why));

test('each trouble is told with since when, for how long, and what to do', () => {
  for (const locale of ['en', 'zh-CN'] as const)
    for (const why of HUB_TROUBLES) {
      const lines = hubTroubleLines({ host: 'web-3' }, { why, since: NOW - 600_000, said: null }, locale, NOW);
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(why === 'twins' ? /web-3/ : /web-3.*10/);
    }
  expect(
    hubTroubleLines({ host: 'web-3' }, { why: 'no_server', since: NOW - 600_000, said: 'ECONNREFUSED' }, 'en', NOW),
  ).toMatchInlineSnapshot(`
    [
      "Fleet: web-3 reaches no hub since 07:50:00 (for 10 min): the NATS server cannot be reached (ECONNREFUSED)",
      "It watches and heals on alone. To do: see whether it runs, and whether this machine reaches the address in fleet.servers",
    ]
  `);
});

test('a restart is no twin; an earlier run that speaks again is one, for as long as both are heard', () => {
  const db = openDatabase(':memory:');
  let now = 0;
  const hosts = createHosts(
    db,
    () => NOW + now,
    () => now,
  );
  const twins = (): boolean => {
    const seen = hosts.get('web-1');
    return seen !== null && areTwins(seen, now);
  };
  for (const instance of ['a', 'a', 'b', 'b', 'c']) {
    now += 15_000;
    hosts.heard('web-1', beat(instance));
    expect(twins()).toBe(false);
  }
  const outbox = createOutbox(db);
  const options = {
    db,
    hosts,
    outbox,
    people: () => [PERSON],
    hasListened: () => true,
    monotonicMs: () => now,
    now: () => NOW + now,
    locale: 'en',
    logger: silentLogger(),
    onQueued: () => undefined,
  } as const;
  let watch = createTwinWatch(options);
  const told = (): readonly string[] =>
    db
      .prepare('SELECT kind, message FROM outbox ORDER BY id')
      .all()
      .map((row) => `${String(row['kind'])} ${(JSON.parse(String(row['message'])) as { title: string }).title}`);
  watch.check();
  expect(told()).toEqual([]);
  for (const instance of ['b', 'c', 'b', 'c']) {
    now += 15_000;
    hosts.heard('web-1', beat(instance));
    watch.check();
    expect(twins()).toBe(true);
  }
  expect(told()).toEqual(['opened Two machines speak as web-1']);
  // Another hub takes over.
  watch = createTwinWatch(options);
  watch.check();
  for (let beats = 0; beats < 5; beats += 1) {
    now += 15_000;
    hosts.heard('web-1', beat('c'));
    watch.check();
  }
  expect(twins()).toBe(false);
  expect(told()).toEqual(['opened Two machines speak as web-1', 'recovered One machine alone speaks as web-1 again']);
});
