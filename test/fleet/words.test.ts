/** What people type at a hub, and what a host's message says there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atHost, atHub, FORWARDED, messageAtHub } from '../../src/fleet/hub/rewrite.ts';
import { targetOf, type KnownHost } from '../../src/fleet/hub/target.ts';
import { commands } from '../../commands/index.ts';

const WEB: KnownHost = { host: 'web-3', labels: { region: 'eu', role: 'edge' }, gateways: ['main', 'side'] };
const DB: KnownHost = { host: 'db-1', labels: { region: 'us', role: 'store' }, gateways: ['main'] };
const HOSTS = [WEB, DB];

test.each<[string, object]>([
  ['web-3', { is: 'host', host: 'web-3', gateway: null, rest: '' }],
  ['WEB-3', { is: 'host', host: 'web-3', gateway: null, rest: '' }],
  ['web-3/main', { is: 'host', host: 'web-3', gateway: 'main', rest: '' }],
  ['web-3/main 50 error', { is: 'host', host: 'web-3', gateway: 'main', rest: '50 error' }],
  ['2h web-3', { is: 'host', host: 'web-3', gateway: null, rest: '2h' }],
  ['role=edge', { is: 'selector', selector: 'role=edge', hosts: ['web-3'], rest: '' }],
  ['role=none one by one', { is: 'selector', selector: 'role=none', hosts: [], rest: 'one by one' }],
  ['', { is: 'none', rest: '' }],
  ['50', { is: 'none', rest: '50' }],
  ['web-4', { is: 'unknown', name: 'web-4', near: 'web-3' }],
  ['web-4/main', { is: 'unknown', name: 'web-4/main', near: 'web-3' }],
])('"%s" names %o', (typed, target) => {
  expect(targetOf(typed, HOSTS)).toEqual(target);
});

test('with one host nobody types its name', () => {
  expect(targetOf('main 50', [WEB])).toEqual({ is: 'host', host: 'web-3', gateway: null, rest: 'main 50' });
  expect(targetOf('', [])).toEqual({ is: 'none', rest: '' });
});

test.each([
  ['/restart main', '/restart web-3/main'],
  ['/restart main situation:abc', '/restart web-3/main situation:abc'],
  ['/mute 2h side', '/mute web-3/side 2h'],
  ['/unmute', '/unmute web-3'],
  ['/ack 12', '/ack web-3 12'],
  // Of the hub itself, or none of ours.
  ['/help', '/help'],
  ['/confirm AB12', '/confirm AB12'],
])('the button "%s" of a host is "%s" at the hub', (host, hub) => {
  expect(atHub(host, WEB)).toBe(hub);
});

test('what a hub hands on is what the host would be asked', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FORWARDED),
      fc.option(fc.constantFrom('main', 'side')),
      fc.constantFrom('', '50', '2h x'),
      (id, gateway, rest) => {
        const typed = atHost(id, gateway, rest);
        const target = targetOf(atHub(typed, WEB).slice(id.length + 2), HOSTS);
        expect(target).toEqual({ is: 'host', host: 'web-3', gateway, rest });
      },
    ),
  );
});

test("a host's message names the host wherever one would type", () => {
  const message = {
    tone: 'critical',
    title: 'main QQ is lost',
    lines: ['see /logs main 50, or /why', 'path /var/log/main and http://x/status main'],
    note: '用 /restart main 重启；/help',
    buttons: [{ label: 'Restart', style: 'danger', command: '/restart main', token: 'secret' }],
  } as const;
  expect(messageAtHub(message, WEB, (host, words) => `${host} · ${words}`)).toEqual({
    tone: 'critical',
    title: 'web-3 · main QQ is lost',
    lines: ['see /logs web-3/main 50, or /why web-3', 'path /var/log/main and http://x/status main'],
    note: '用 /restart web-3/main 重启；/help',
    buttons: [{ label: 'Restart', style: 'danger', command: '/restart web-3/main' }],
  });
});

test('each command that a hub hands on is one of a host', () => {
  const ids = commands.map(({ id }) => id);
  for (const id of FORWARDED) expect(ids).toContain(id);
});
