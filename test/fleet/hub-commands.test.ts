/** The chat commands of a hub: which host is asked for what, and what is not done. */
import { expect, test, vi } from 'vitest';
import { createHubCommands } from '../../src/fleet/hub/commands.ts';
import type { HostSeen, Hosts } from '../../src/fleet/hub/hosts.ts';
import type { Asking, Relay, Relayed } from '../../src/fleet/hub/relay.ts';
import type { Silences } from '../../src/store/silences.ts';
import { answerOf, context } from '../commands/helpers.ts';

const host = (name: string, role: string, gateways: readonly string[] = ['main']): HostSeen => ({
  host: name,
  labels: { role },
  version: '1',
  heardAt: 0,
  twinsAt: null,
  aheadMs: 0,
  misread: null,
  heardAtWall: 0,
  beat: {
    v: 1,
    version: '1',
    instance: 'a',
    startedAt: 0,
    at: 0,
    labels: { role },
    accept: 'operator',
    incidents: 1,
    open: [{ id: 12, gateway: 'main', severity: 'critical', words: 'dead', since: 0, known: name === 'db-1' }],
    gateways: gateways.map((each) => ({ name: each, tone: 'good', words: 'well' })),
  },
});

const scene = (answers: (asking: Asking) => Relayed = () => final('good', 'done')) => {
  let all: readonly HostSeen[] = [
    host('web-1', 'edge'),
    host('web-2', 'edge', ['main', 'side']),
    host('db-1', 'store'),
  ];
  const hosts: Hosts = {
    all: () => all,
    get: (name) => all.find((each) => each.host === name) ?? null,
    heard: () => undefined,
    misread: () => undefined,
    forget: () => undefined,
  };
  const asked: string[] = [];
  const muted: string[] = [];
  const relay = {
    ask: async (asking) => {
      asked.push(`${asking.host} ${asking.text}`);
      return answers(asking);
    },
    resultOf: async () => null,
  } as Partial<Relay> as Relay;
  const made = createHubCommands({
    hosts,
    relay,
    noted: async () => undefined,
    monotonicMs: () => 0,
    hasListened: () => true,
    own: () => [],
    silences: {
      add: ({ gateway }: { gateway: string | null }) => void muted.push(String(gateway)),
      end: () => undefined,
    } as unknown as Silences,
    forgetStandby: () => false,
  });
  const here = context({ locale: 'en', actOutside: vi.fn() });
  return {
    asked,
    muted,
    here,
    lose: (name: string) => (all = all.filter((each) => each.host !== name)),
    type: (typed: string, by: 'typed' | 'confirmed' = 'typed') => {
      const [name = '', ...words] = typed.slice(1).split(' ');
      const command = made.find(({ id }) => id === name)!;
      return answerOf(command, { ...here, by }, words.join(' '));
    },
  };
};

const final = (tone: 'good' | 'warning' | 'info', title: string): Relayed => ({
  is: 'final',
  id: 'x',
  message: { tone, title },
});

test.each([
  ['/status web-1', 'web-1 /status'],
  ['/status web-1/main', 'web-1 /status main'],
  ['/history web-1', 'web-1 /history'],
  ['/history web-1/main 30d', 'web-1 /history main 30d'],
  ['/incident web-1 12', 'web-1 /incident 12'],
  ['/ack web-1', 'web-1 /ack'],
  ['/ack web-1 12', 'web-1 /ack 12'],
  ['/why web-2/side', 'web-2 /why side'],
  ['/doctor web-1', 'web-1 /doctor'],
  ['/mute web-1 2h', 'web-1 /mute 2h'],
  ['/mute 2h web-1', 'web-1 /mute 2h'],
  ['/unmute web-1', 'web-1 /unmute'],
  ['/maintenance web-1 1h', 'web-1 /maintenance 1h'],
  ['/logs web-1/main 50', 'web-1 /logs main 50'],
  ['/check web-1', 'web-1 /check'],
])('"%s" asks "%s"', async (typed, wanted) => {
  const { type, asked } = scene();
  expect((await type(typed)).title).toBe(`${wanted.split(' ')[0]} · done`);
  expect(asked).toEqual([wanted]);
});

test('without a host the answer is of all hosts, and asks none where the hub knows it', async () => {
  const { type, asked } = scene();
  expect((await type('/history')).buttons?.map(({ command }) => command)).toContain('/history web-1');
  expect((await type('/incident')).title).toBe('3 open incidents on 3 hosts');
  expect((await type('/logs 50')).buttons?.map(({ command }) => command)).toContain('/logs web-1 50');
  expect(asked).toEqual([]);
  // Of db-1 it is acknowledged already.
  expect((await type('/ack')).title).toBe('/ack: 2 of 2 hosts did it');
  expect(asked).toEqual(['web-1 /ack', 'web-2 /ack']);
});

test('a mute of a host mutes what the hub says of it, also where it is out of reach', async () => {
  const { type, muted } = scene(() => ({ is: 'not_taken' }));
  expect((await type('/mute web-1 2h')).title).toMatch(/^web-1 does not answer; that it is silent is not told until /);
  expect((await type('/mute web-1')).title).toBe('web-1 does not answer; nothing was done');
  expect(muted).toEqual(['web-1']);
  expect((await type('/mute role=edge 90m')).lines).toContain('web-2: does not answer; nothing was done');
  expect(muted).toEqual(['web-1', 'web-1', 'web-2']);
  expect((await type('/logs role=edge')).title).toBe('/logs takes one host, not a selector');
});

test('a restart of a label names each gateway, does those one by one, and stops at the first failure', async () => {
  const { type, asked, here } = scene(({ host: name, text }) =>
    name === 'web-2' && text === '/restart main' ? final('warning', 'it does not come back') : final('good', 'back'),
  );
  const question = await type('/restart role=edge one by one');
  expect(question.lines).toEqual(['web-1/main', 'web-2/main', 'web-2/side']);
  expect(asked).toEqual([]);
  const answer = await type(question.buttons?.[0]?.command ?? '', 'confirmed');
  expect(asked).toEqual(['web-1 /restart main', 'web-2 /restart main']);
  expect(here.said.map(({ title }) => title)).toEqual(['1 of 3: web-1/main', '2 of 3: web-2/main']);
  expect(answer).toMatchObject({
    tone: 'warning',
    title: 'Stopped at web-2/main: 1 of 3 done',
    lines: ['it does not come back', 'Not begun: web-2/side'],
  });
});

test('only the gateways that were named in the question are restarted', async () => {
  const { type, asked, lose } = scene();
  const some = await type('/restart role=edge main');
  expect(some.lines).toEqual(['web-1/main', 'web-2/main']);
  expect((await type('/restart role=edge other')).title).toBe('No host has role=edge other');
  lose('web-2');
  expect((await type(some.buttons?.[0]?.command ?? '', 'confirmed')).title).toMatch(/nothing was done$/);
  expect((await type('/restart role=edge', 'confirmed')).title).toMatch(/nothing was done$/);
  expect(asked).toEqual([]);
});
