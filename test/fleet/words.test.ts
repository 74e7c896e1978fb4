/** What people type at a hub, and what a host's message says there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atHost, atHub, FORWARDED, messageAtHub, targetOf, type KnownHost } from '../../src/fleet/hub/place.ts';
import { fleetText } from '../../src/text/fleet/fleet.ts';
import { parseCommand } from '../../src/chat/bus/parse-command.ts';
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
  ['/restart main', '/restart @web-3/main'],
  ['/restart main situation:abc', '/restart @web-3/main situation:abc'],
  ['/mute 2h side', '/mute @web-3/side 2h'],
  ['/unmute', '/unmute @web-3'],
  ['/ack 12', '/ack @web-3 12'],
  ['/RESTART db-1/main', '/restart @web-3 db-1/main'],
  ['/重启 db-1/main', '/restart @web-3 db-1/main'],
  ['重启 db-1/main', '/restart @web-3 db-1/main'],
  ['／restart\tdb-1/main', '/restart @web-3 db-1/main'],
  ['/ re\u200bstart role=edge', '/restart @web-3 role=edge'],
  ['/restart "db-1/main x"', '/restart @web-3 "db-1/main x"'],
  // Of the hub itself, or none of ours.
  ['/help', null],
  ['/confirm AB12', null],
  ['/forget db-1', null],
  ['/忘记 db-1', null],
  ['/restart\n/forget db-1', null],
  ['/restart "db-1', null],
  ['restart db-1/main', null],
])('the button %j of a host is %j at the hub', (host, hub) => {
  expect(atHub(host, WEB)).toBe(hub);
});

test('whatever a host writes on a button, it means that host, also when the hub has forgotten it', () => {
  const word = fc.constantFrom(
    '/restart',
    '重启',
    '／RESTART',
    '/forget',
    'db-1',
    'db-1/main',
    '@db-1',
    'role=store',
    'main',
    '"',
    '\n',
    '\t',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 6 }), (words) => {
      const command = atHub(words.join(' '), WEB);
      if (command === null) return;
      const parsed = parseCommand(command, commands);
      if (parsed.kind !== 'command') return;
      expect(FORWARDED).toContain(parsed.command.id);
      const where = parsed.args.join(' ');
      expect(targetOf(where, HOSTS)).toMatchObject({ is: 'host', host: 'web-3' });
      expect(targetOf(where, [DB])).toMatchObject({ is: 'unknown' });
    }),
    { numRuns: 2_000 },
  );
});

test('what a hub hands on is what the host would be asked', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FORWARDED),
      fc.option(fc.constantFrom('main', 'side')),
      fc.constantFrom('', '50', '2h x'),
      (id, gateway, rest) => {
        const typed = atHost(id, gateway, rest);
        const target = targetOf(atHub(typed, WEB)?.slice(id.length + 2) ?? '', HOSTS);
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
    buttons: [
      { label: 'Restart', style: 'danger', command: '/restart main', token: 'secret' },
      { label: 'Look', style: 'plain', command: '/forget db-1' },
    ],
  } as const;
  expect(messageAtHub(message, WEB, fleetText('en'))).toEqual({
    tone: 'critical',
    title: 'web-3 · main QQ is lost',
    lines: [
      'see /logs web-3/main 50, or /why web-3',
      'path /var/log/main and http://x/status main',
      'One button left out: not a command that web-3 can have here',
    ],
    note: '用 /restart web-3/main 重启；/help',
    buttons: [{ label: 'Restart', style: 'danger', command: '/restart @web-3/main' }],
  });
});

test('each command that a hub hands on is one of a host', () => {
  const ids = commands.map(({ id }) => id);
  for (const id of FORWARDED) expect(ids).toContain(id);
});
