/** What a hub says of all hosts at once. */
import { expect, test } from 'vitest';
import {
  everywhereMessage,
  glanceMessage,
  hostOfIncident,
  openMessage,
  type OpenIncident,
} from '../../src/fleet/hub/glance.ts';
import type { HostSeen } from '../../src/fleet/hub/hosts.ts';

const NOW = 1_800_000_000_000;
const incident = (id: number, more: Partial<OpenIncident> = {}): Omit<OpenIncident, 'host'> => ({
  id,
  gateway: 'main',
  severity: 'critical',
  words: 'QQ gave up',
  since: NOW - 600_000,
  known: false,
  ...more,
});
const host = (name: string, open: readonly Omit<OpenIncident, 'host'>[], incidents = open.length): HostSeen => ({
  host: name,
  labels: {},
  version: '1',
  heardAt: 0,
  twinsAt: null,
  aheadMs: 0,
  misread: null,
  heardAtWall: NOW,
  beat: {
    v: 1,
    version: '1',
    instance: 'a',
    startedAt: 0,
    at: NOW,
    labels: {},
    accept: 'operator',
    gateways: [],
    incidents,
    open: [...open],
  },
});

const unheard = (name: string): HostSeen => ({ ...host(name, []), heardAt: null, heardAtWall: null, beat: null });
const ill = (name: string): HostSeen => {
  const seen = host(name, []);
  return {
    ...seen,
    beat: seen.beat && { ...seen.beat, gateways: [{ name: 'main', tone: 'critical', words: 'dead' }] },
  };
};
const glance = (hosts: readonly HostSeen[], hasListened: boolean, locale: 'en' | 'zh-CN' = 'en') =>
  glanceMessage({ hosts, monotonicMs: 1_000, hasListened, locale }, []);

const open = (hosts: readonly HostSeen[]) => openMessage({ hosts, monotonicMs: 0, locale: 'en' }, NOW);

test('of a host that is late, silent, doubled or not understood nothing is said to be well', () => {
  const at = (monotonicMs: number, seen: HostSeen) =>
    glanceMessage({ hosts: [host('a', []), seen], monotonicMs, hasListened: true, locale: 'en' }, []);
  const fresh = { ...host('b', []), heardAt: 1_000 };
  expect(at(1_000, fresh)).toMatchObject({ tone: 'good', title: 'All is well: 0 gateways on 2 hosts' });
  const odd: [number, HostSeen, RegExp][] = [
    [40_000, host('b', []), /🟠 b: silent for 40 s/],
    [95_000, host('b', []), /🔴 b: silent for 1 min 35 s/],
    [1_000, { ...fresh, twinsAt: 900 }, /🔴 b: Two machines/],
    [1_000, { ...fresh, misread: { why: 'too_new', version: '9.9', at: 900 } }, /🟠 b: Runs Lifeline 9\.9/],
    [1_000, { ...unheard('b'), misread: { why: 'malformed', version: '?', at: 900 } }, /🟠 b: What it says/],
  ];
  for (const [monotonicMs, seen, line] of odd) {
    const message = at(monotonicMs, seen);
    expect(message.title).toMatch(/hosts are not well/);
    expect(message.lines?.join(' ')).toMatch(line);
  }
});

test('right after a take-over a host that is not heard yet is not said to be ill', () => {
  expect(glance([host('a', []), unheard('b')], false)).toMatchObject({
    tone: 'good',
    title: '1 of 2 hosts not heard yet; the others are well',
    lines: [
      '🟢 a: ',
      '⚪ b: not heard yet since this hub took over',
      'This hub took over a moment ago and has heard 1 of 2 hosts so far',
    ],
  });
  expect(glance([unheard('a'), unheard('b')], false)).toMatchObject({
    tone: 'info',
    title: '2 of 2 hosts not heard yet; this hub has just taken over',
  });
  expect(glance([unheard('a')], false, 'zh-CN').title).toBe('1 台机器都还没有消息，本中枢刚接手');
  expect(glance([ill('a'), unheard('b')], false)).toMatchObject({
    tone: 'critical',
    title: '1 of 2 hosts are not well',
  });
  // Of many the well ones are counted, and none that is not heard is among them.
  const many = [
    ...Array.from({ length: 20 }, (_, n) => unheard(`h${n}`)),
    ill('h20'),
    ...Array.from({ length: 9 }, (_, n) => host(`h${n + 21}`, [])),
  ];
  expect(glance(many, false).lines).toEqual([
    '🔴 h20: main dead',
    '🟢 9 others are well',
    'This hub took over a moment ago and has heard 10 of 30 hosts so far',
  ]);
  expect(glance([host('a', []), unheard('b')], true)).toMatchObject({
    tone: 'critical',
    title: '1 of 2 hosts are not well',
  });
});

test('open incidents of all hosts stand with the worst first, and a button leads to each', () => {
  const message = open([
    host('web-1', [incident(3, { severity: 'warning', known: true })]),
    host('web-2', [incident(12), incident(13, { since: NOW - 3_600_000 })]),
    host('db-1', []),
  ]);
  expect(message).toMatchObject({
    tone: 'critical',
    title: '3 open incidents on 2 hosts',
    lines: [
      '🔴 web-2 #13 main: QQ gave up, for 1 h',
      '🔴 web-2 #12 main: QQ gave up, for 10 min',
      '🟠 web-1 #3 main: QQ gave up, for 10 min (acknowledged)',
    ],
  });
  expect(message.buttons?.map(({ command }) => command)).toEqual([
    '/incident web-2 13',
    '/incident web-2 12',
    '/incident web-1 3',
  ]);
});

test('a host that counts more than it names is believed, and no incident is said as such', () => {
  expect(open([host('web-1', [], 4)]).title).toBe('4 open incidents on 1 host');
  expect(open([host('web-1', [])]).title).toBe('No host has an open incident');
  expect(open([host('web-1', []), unheard('db-1')])).toMatchObject({
    tone: 'warning',
    lines: ['db-1: not heard yet since this hub took over'],
  });
});

test('a number alone means the one host that has it', () => {
  const hosts = [host('web-1', [incident(3)]), host('web-2', [incident(3), incident(4)])];
  expect(hostOfIncident('4', hosts)).toBe('web-2');
  expect(hostOfIncident('#4', hosts)).toBe('web-2');
  expect(hostOfIncident('3', hosts)).toBeNull();
  expect(hostOfIncident('main', hosts)).toBeNull();
});

test('what several hosts made of a command has the failures first', () => {
  const done = { is: 'final', id: 'x', message: { tone: 'info', title: 'muted' } } as const;
  expect(
    everywhereMessage(
      'mute',
      [
        { host: 'web-1', result: done },
        { host: 'web-2', result: { is: 'not_taken' } },
      ],
      'en',
    ),
  ).toEqual({
    tone: 'warning',
    title: '/mute: 1 of 2 hosts did it',
    lines: ['web-2: does not answer; nothing was done', 'web-1: muted'],
  });
  expect(everywhereMessage('mute', [{ host: 'web-1', result: done }], 'en').tone).toBe('info');
});
