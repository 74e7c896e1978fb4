/** An agent that reaches no hub says so where people look, with what to do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount, createUser } from '@nats-io/nkeys';
import { expect, onTestFinished, test } from 'vitest';
import { hubTroubleLines } from '../../src/cli/beside-bot/hub-lines.ts';
import { accessProblems } from '../../src/config/fleet-access.ts';
import { Secret } from '../../src/config/secret.ts';
import { openDatabase } from '../../src/store/database.ts';
import { HUB_TROUBLES, readHubTrouble, writeHubTrouble } from '../../src/store/hub-trouble.ts';
import { createMeta } from '../../src/store/meta.ts';

const NOW = Date.UTC(2026, 0, 1);
const seed = new TextDecoder().decode(createUser().getSeed());
const creds = (given: string): string =>
  `-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${given}\n------END USER NKEY SEED------\n`;

test.each<[string, string, boolean]>([
  ['a seed', seed, true],
  ['a seed with its line end', `${seed}\n`, true],
  ['a creds file', creds(seed), true],
  ['a creds file without its seed', creds(''), false],
  ['half a seed', seed.slice(0, 30), false],
  ['a seed with a letter changed', `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`, false],
  ['a public key', createUser().getPublicKey(), false],
  ['an empty file', '', false],
  ['the seed of an account', new TextDecoder().decode(createAccount().getSeed()), false],
])('credentials that are %s', async (_name, given, isGood) => {
  const found = await accessProblems({ servers: [], credentials: new Secret(given, 'file'), caFile: null });
  expect(found.map((problem) => problem.why)).toEqual(isGood ? [] : ['no_key']);
  expect(JSON.stringify(found)).not.toMatch(/SU[A-Z2-7]{10}/);
});

test('a certificate that is missing, none, or open to others', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-access-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'ca.pem');
  const why = async () =>
    (await accessProblems({ servers: [], credentials: new Secret(seed, 'file'), caFile: file })).map(
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
      "It watches and heals on alone. To do: see whether it runs, whether this machine reaches the address in fleet.servers, and whether fleet.ca is the one of its certificate",
    ]
  `);
});
