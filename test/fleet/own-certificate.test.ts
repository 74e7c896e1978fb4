/** A fleet whose server has a certificate that its operator gives: hosts prove the server by it, or `fleet init` refuses it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { checkOwnCertificate } from '../../src/fleet/setup/own-certificate.ts';
import { HUB_INBOX } from '../../src/fleet/protocol/subjects.ts';
import { folder, freePort, lifeline, NO_FLEET, NO_OPENSSL, openMember, startServer } from './setup-stage.ts';

const DAY_MS = 24 * 3_600_000;
let dir = '';
const at = (file: string): string => join(dir, file);
const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const sign = (name: string, by: string, names: string, extension = 'basicConstraints=CA:false'): void => {
  openssl('req', ...EC, '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`));
  writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n${extension}\n`);
  const from = ['-CA', at(`${by}.pem`), '-CAkey', at(`${by}.key`), '-CAcreateserial', '-days', '20'];
  openssl('x509', '-req', '-in', at(`${name}.csr`), ...from, '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`));
};

const concat = (target: string, ...parts: readonly string[]): void =>
  writeFileSync(at(target), parts.map((part) => readFileSync(at(part), 'utf8')).join('subject: a line between\n'));

beforeAll(() => {
  if (NO_OPENSSL !== null) return;
  dir = mkdtempSync(join(tmpdir(), 'lifeline-certificates-'));
  for (const root of ['root', 'stranger'])
    openssl(
      ...['req', '-x509', ...EC, '-days', '30', '-subj', `/CN=${root}`],
      ...['-keyout', at(`${root}.key`), '-out', at(`${root}.pem`)],
    );
  sign('between', 'root', 'DNS:between', 'basicConstraints=CA:true');
  sign('leaf', 'between', 'DNS:localhost,IP:127.0.0.1');
  openssl(
    ...['req', '-x509', ...EC, '-days', '30', '-subj', '/CN=alone', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', at('alone.key'), '-out', at('alone.pem')],
  );
  concat('full.pem', 'leaf.pem', 'between.pem');
  concat('all.pem', 'leaf.pem', 'between.pem', 'root.pem');
  concat('many.pem', 'stranger.pem', 'root.pem');
  writeFileSync(at('none.pem'), 'nothing');
  writeFileSync(at('broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
});
afterAll(() => {
  if (dir !== '') rmSync(dir, { recursive: true });
});

const file = (name: string) => ({ path: name, text: readFileSync(at(name), 'utf8') });
const check = (cert: string, key: string, ca: string | null, host: string, days = 0) =>
  checkOwnCertificate(
    { cert: file(cert), key: file(key), ca: ca === null ? null : file(ca) },
    [host],
    Date.now() + days * DAY_MS,
  );

test.skipIf(NO_OPENSSL !== null).each([
  ['alone.pem', 'alone.key', null, '127.0.0.1', 'alone.pem'],
  ['all.pem', 'leaf.key', null, 'localhost', 'root.pem'],
  ['full.pem', 'leaf.key', 'root.pem', 'localhost', 'root.pem'],
  ['full.pem', 'leaf.key', 'many.pem', '127.0.0.1', 'root.pem'],
])('%s with %s and %s for %s: hosts trust %s', (cert, key, ca, host, trusted) => {
  expect(check(cert, key, ca, host).trusted.trim()).toBe(readFileSync(at(trusted), 'utf8').trim());
});

test.skipIf(NO_OPENSSL !== null).each([
  ['leaf.pem', 'leaf.key', null, 'localhost', /signed by somebody .*CN=between.*--ca FILE/],
  ['full.pem', 'leaf.key', null, 'localhost', /CN=root.*--ca FILE/],
  ['full.pem', 'leaf.key', 'stranger.pem', 'localhost', /--ca FILE/],
  ['leaf.pem', 'leaf.key', 'root.pem', 'localhost', /--ca FILE/],
  ['all.pem', 'alone.key', null, 'localhost', /not that of the certificate/],
  ['all.pem', 'leaf.key', null, 'nats.example.com', /not for nats.example.com, but for DNS:localhost/],
  ['all.pem', 'leaf.key', null, '10.0.0.1', /not for 10.0.0.1/],
  ['none.pem', 'leaf.key', null, 'localhost', /none.pem is no certificate: there is no certificate in it/],
  ['broken.pem', 'leaf.key', null, 'localhost', /broken.pem is no certificate/],
  ['all.pem', 'none.pem', null, 'localhost', /none.pem is no key/],
])('%s with %s and %s for %s is refused', (cert, key, ca, host, why) => {
  expect(() => check(cert, key, ca, host)).toThrow(why);
});

test.skipIf(NO_OPENSSL !== null)('one that has ended is refused', () => {
  expect(() => check('all.pem', 'leaf.key', null, 'localhost', 21)).toThrow(/has ended on \d{4}-\d\d-\d\d/);
});

test.skipIf(NO_FLEET !== null)('hosts reach the server by it', { timeout: 60_000 }, async () => {
  const fleet = folder();
  const port = await freePort();
  const own = ['--cert', at('full.pem'), '--key', at('leaf.key')];
  const refused = lifeline(fleet, 'init', `127.0.0.1:${port}`, ...own);
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--ca FILE')]);
  const begun = lifeline(fleet, 'init', `127.0.0.1:${port}`, ...own, '--ca', at('root.pem'));
  expect([begun.status, begun.stderr]).toEqual([0, '']);
  startServer(join(fleet, 'nats.conf'));
  expect((await openMember(fleet, port, 'hub-1', HUB_INBOX)).isUp()).toBe(true);
  expect(lifeline(fleet, 'add', 'web-3', '--files').status).toBe(0);
  expect(lifeline(fleet, 'remove', 'web-3').stderr).toBe('');
});

test.skipIf(NO_OPENSSL !== null)(
  'the servers of a cluster know each other by another that nobody else can have',
  () => {
    const fleet = folder();
    mkdirSync(fleet, { mode: 0o700 });
    const own = ['--cert', at('all.pem'), '--key', at('leaf.key')];
    const addresses = ['localhost:14222', 'localhost:24222', 'localhost:34222'];
    const begun = lifeline(fleet, 'init', ...addresses, ...own);
    expect([begun.status, begun.stderr]).toEqual([0, '']);
    expect(begun.stdout).toContain('Copy server.pem, server.key, cluster.pem, cluster.key and its own .conf');
    const config = readFileSync(join(fleet, 'nats-2.conf'), 'utf8');
    expect(config).toMatch(/^tls: \{ cert_file: ".*\/server\.pem"/m);
    expect(config).toMatch(/^ {2}tls: \{ cert_file: ".*\/cluster\.pem", .*ca_file: ".*\/cluster\.pem", verify: true/m);
  },
);
