/** Of a silent host a hub tells once, and of its return once, whatever hubs come and go. */
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { createHosts, hearingOf, type HubTools } from '../../src/fleet/hub/hosts.ts';
import { createOddHosts } from '../../src/fleet/hub/odd-hosts.ts';
import { createListening, createSilenceWatch } from '../../src/fleet/hub/silence.ts';
import type { Standby } from '../../src/fleet/hub/standby.ts';
import { PROTOCOL, read, beat as beatSchema, type Beat } from '../../src/fleet/messages.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const NOW = Date.UTC(2026, 10, 24, 9);
const BEAT_MS = 15_000;
const PERSON = { person: 'me', ways: [{ channel: 'feishu', user: 'ou_1' }] };
const REGIONS: Readonly<Record<string, string>> = { 'web-1': 'eu', 'web-2': 'eu', 'db-1': 'us' };

const beatOf = (host: string, v = PROTOCOL): Beat => ({
  v,
  version: '0.1.0',
  instance: 'i',
  startedAt: 0,
  at: 0,
  labels: { region: REGIONS[host] ?? 'us' },
  gateways: [],
  incidents: 0,
  accept: 'admin',
});

/** The store of the hubs, in which each finds what the one before it has told. */
const fleet = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  // Far from zero, as on a machine that has run for long.
  let now = 10_000_000;
  let isUp = true;
  const speaking = new Set(Object.keys(REGIONS));
  const muted = new Set<string>();
  const standbys: Standby[] = [];
  const outbox = createOutbox(db);
  const deliver = db.prepare(`UPDATE deliveries SET state = 'delivered' WHERE state = 'open'`);
  const openHub = () => {
    const clocks = { monotonicMs: () => now, now: () => NOW + now };
    const tools: HubTools = {
      ...clocks,
      db,
      outbox,
      people: () => [PERSON],
      locale: 'en',
      logger: silentLogger(),
      onQueued: () => undefined,
    };
    const hosts = createHosts(tools);
    const listening = createListening(() => isUp, clocks.monotonicMs);
    const silence = createSilenceWatch(tools, {
      hosts,
      isMuted: (host) => {
        const seen = hosts.get(host);
        return muted.has(host) || (seen !== null && hearingOf(seen, now).is === 'misread');
      },
      listeningSince: () => listening.since(),
    });
    const odd = createOddHosts(
      tools,
      hosts,
      () => standbys,
      ['feishu:cli_1'],
      () => listening.hasListened(),
    );
    return { hosts, listening, silence, odd };
  };
  let hub = openHub();
  return {
    speaking,
    muted,
    standbys,
    wall: () => NOW + now,
    cut: (is: boolean) => void (isUp = !is),
    takeOver: () => void (hub = openHub()),
    hears: (host: string, value: object) => {
      const bytes = new TextEncoder().encode(JSON.stringify(value));
      const got = read(beatSchema, bytes);
      if (!got.ok) return hub.hosts.misread(host, got.why, bytes);
      hub.hosts.heard(host, got.value);
    },
    pass(seconds: number): void {
      for (let second = 0; second < seconds; second += 1) {
        now += 1_000;
        if (isUp && now % BEAT_MS === 0)
          for (const host of speaking) this.hears(host, { ...beatOf(host), at: NOW + now });
        hub.listening.look();
        hub.silence.check();
        hub.odd.check();
        // The phone has it at once.
        deliver.run();
      }
    },
    lines: (): string =>
      db
        .prepare('SELECT message FROM outbox ORDER BY id')
        .all()
        .map((row) => String(row['message']))
        .join(' '),
    told: (): readonly string[] =>
      db
        .prepare('SELECT kind, message FROM outbox ORDER BY id')
        .all()
        .map((row) => `${String(row['kind'])} ${(JSON.parse(String(row['message'])) as { title: string }).title}`),
  };
};

const SILENT = expect.stringMatching(/^opened Host web-1 is silent/) as string;

test('one that is silent is told once and back once, whatever hubs take over meanwhile', () => {
  const world = fleet();
  world.pass(200);
  world.speaking.delete('web-1');
  world.pass(80);
  expect(world.told()).toEqual([]);
  world.pass(30);
  expect(world.told()).toEqual([SILENT]);
  for (let hubs = 0; hubs < 4; hubs += 1) {
    world.takeOver();
    world.pass(200);
  }
  expect(world.told()).toEqual([SILENT]);
  world.speaking.add('web-1');
  world.pass(60);
  world.takeOver();
  world.pass(200);
  expect(world.told()).toEqual([SILENT, 'recovered Host web-1 is back']);
});

test('a hub that begins anew calls nobody silent before it has listened for 90 s', () => {
  const world = fleet();
  world.pass(200);
  const all = [...world.speaking];
  world.speaking.clear();
  // Each hub is killed in its turn before that.
  for (let hubs = 0; hubs < 5; hubs += 1) {
    world.takeOver();
    world.pass(70);
  }
  for (const host of all) world.speaking.add(host);
  world.pass(200);
  expect(world.told()).toEqual([]);
});

test('a hub whose server was away calls nobody silent for that', () => {
  const world = fleet();
  world.pass(200);
  world.cut(true);
  world.pass(600);
  world.cut(false);
  world.speaking.delete('web-1');
  world.pass(89);
  expect(world.told()).toEqual([]);
  world.pass(10);
  expect(world.told()).toEqual([SILENT]);
});

test('many that are cut off at once are one message and one return', () => {
  const world = fleet();
  world.pass(200);
  for (const host of ['web-1', 'web-2']) world.speaking.delete(host);
  world.pass(300);
  expect(world.told()).toEqual(['opened 2 of 3 hosts are silent']);
  for (const host of ['web-1', 'web-2']) world.speaking.add(host);
  world.pass(300);
  expect(world.told()).toEqual(['opened 2 of 3 hosts are silent', 'recovered All 2 hosts are back']);
});

test('one that is muted is not told', () => {
  const world = fleet();
  world.pass(200);
  world.muted.add('web-1');
  world.speaking.delete('web-1');
  world.pass(600);
  expect(world.told()).toEqual([]);
});

test.each([
  [PROTOCOL - 1, 'too old'],
  [PROTOCOL + 1, 'too new'],
])('one of protocol %i is told once as odd, and not as silent for as long as it speaks', (v, words) => {
  const world = fleet();
  world.pass(200);
  world.speaking.delete('web-1');
  const other = { ...beatOf('web-1', v), version: '0.0.9' };
  for (let beats = 0; beats < 40; beats += 1) {
    world.pass(15);
    if (beats === 20) world.takeOver();
    world.hears('web-1', other);
  }
  world.pass(1);
  expect(world.told()).toEqual([ODD]);
  expect(world.lines()).toContain(`Runs Lifeline 0.0.9, ${words} to be understood`);
  world.pass(300);
  expect(world.told()).toEqual([ODD, SILENT]);
  // Once it was understood, another time is told again.
  world.speaking.add('web-1');
  world.pass(60);
  expect(world.told()).toContain(OVER);
  world.hears('web-1', other);
  world.pass(1);
  expect(world.told().filter((each) => each === ODD)).toHaveLength(2);
});

const ODD = 'opened Something is odd about web-1';
const OVER = 'recovered Nothing is odd about web-1 any more';

test.each<[string, Partial<Beat>, string]>([
  ["the hub's bot", { bots: ['feishu:cli_1'] }, 'Has the bot of this hub'],
  ['a clock ten minutes ahead', { at: 600_000 }, 'Its clock is 10 min ahead'],
  ['a clock ten minutes behind', { at: -600_000 }, 'Its clock is 10 min behind'],
])('a host with %s is told once, also over a take-over, and when it is over', (_name, more, line) => {
  const world = fleet();
  world.pass(200);
  world.speaking.delete('web-1');
  for (let beats = 0; beats < 20; beats += 1) {
    world.pass(15);
    world.hears('web-1', { ...beatOf('web-1'), ...more, at: world.wall() + (more.at ?? 0) });
    if (beats === 8) world.takeOver();
  }
  expect(world.told()).toEqual([ODD]);
  expect(world.lines()).toContain(line);
  world.speaking.add('web-1');
  world.pass(30);
  expect(world.told()).toEqual([ODD, OVER]);
});

test('a restart is no twin; an earlier run that speaks again is one, for as long as both are heard', () => {
  const world = fleet();
  world.pass(200);
  world.speaking.delete('web-1');
  const say = (instances: readonly string[]): void => {
    for (const instance of instances) {
      world.pass(14);
      world.hears('web-1', { ...beatOf('web-1'), instance, at: world.wall() });
      world.pass(1);
    }
  };
  say(['a', 'a', 'b', 'b', 'c']);
  expect(world.told()).toEqual([]);
  say(['b', 'c', 'b', 'c']);
  expect(world.told()).toEqual([ODD]);
  expect(world.lines()).toContain('Two machines have its name and key');
  say(['c', 'c', 'c', 'c', 'c']);
  expect(world.told()).toEqual([ODD, OVER]);
});

test('a waiting hub that is too old to take over rings, once', () => {
  const world = fleet();
  world.standbys.push({ hub: 'hub-2', version: '0.0.9', problem: 'too_old', at: NOW });
  world.pass(100);
  expect(world.told()).toEqual(['opened Something is odd about hub-2']);
  world.standbys[0] = { hub: 'hub-2', version: '0.1.0', problem: null, at: NOW };
  world.pass(100);
  expect(world.told()).toHaveLength(2);
});
