/** The digest of a fleet: one message of all hosts, once a period, also over a take-over. */
import { expect, test } from 'vitest';
import { createFleetDigest } from '../../src/fleet/hub/digest.ts';
import type { HostSeen } from '../../src/fleet/hub/hosts.ts';
import { createDigest } from '../../src/notify/tellers/digest.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const HOUR = 3_600_000;
const TO = new Date(2026, 4, 2, 9, 0).getTime();
const DAY = { from: TO - 24 * HOUR, to: TO };
const ME = { person: 'me', ways: [{ channel: 'feishu', user: 'ou_1' }] };

const host = (name: string, incidents = 0): HostSeen => ({
  host: name,
  labels: {},
  version: '1',
  heardAt: 0,
  heardAtWall: 0,
  twinsAt: null,
  beat: {
    v: 1,
    version: '1',
    instance: 'a',
    startedAt: 0,
    at: 0,
    labels: {},
    accept: 'operator',
    incidents,
    gateways: [{ name: 'main', tone: 'good', words: 'well' }],
  },
});

const scene = (hosts: readonly HostSeen[]) => {
  const db = openDatabase(':memory:');
  const outbox = createOutbox(db);
  let subject = 0;
  const thread = db.prepare(
    `INSERT INTO fleet_threads (subject, host, topic, remote, gateway, at) VALUES (?, ?, ?, ?, 'main', ?)`,
  );
  return {
    db,
    outbox,
    tells: (name: string, at: number, topic = 'incident') => {
      subject += 1;
      thread.run(subject, name, topic, subject, at);
      outbox.enqueue({ topic: 'host', subject, kind: 'opened', message: { tone: 'critical', title: 'x' }, at }, [ME]);
    },
    silent: (names: readonly string[], at: number, endedAt: number | null) =>
      db
        .prepare('INSERT INTO fleet_silences (at, hosts, back, ended_at) VALUES (?, ?, ?, ?)')
        .run(at, JSON.stringify(endedAt === null ? names : []), JSON.stringify(endedAt === null ? [] : names), endedAt),
    message: (locale: 'en' | 'zh-CN' = 'en') => createFleetDigest(db, () => hosts, locale)(DAY),
  };
};

test('nothing is told before a host is there; then all of them in one line when all was well', () => {
  expect(scene([]).message()).toBeNull();
  const { message } = scene([host('web-1'), host('web-2')]);
  expect(message()).toMatchObject({ tone: 'good', title: 'All well for 1 d', lines: ['2 hosts, 2 gateways'] });
  expect(message('zh-CN')?.lines).toEqual(['2 台机器，2 个网关']);
});

test('the hosts with most incidents come first, then those that were silent; the rest is counted', () => {
  const { tells, silent, message } = scene([host('web-1', 1), host('web-2'), host('db-1'), host('db-2')]);
  tells('web-2', TO - HOUR);
  tells('web-1', TO - 2 * HOUR);
  tells('web-1', TO - 3 * HOUR);
  // Before the time, after it, and what is no incident.
  tells('db-2', DAY.from - HOUR);
  tells('db-2', TO);
  tells('db-2', TO - HOUR, 'away');
  silent(['db-1', 'web-1'], TO - 4 * HOUR, TO - 3 * HOUR);
  silent(['db-1'], TO - HOUR, null);
  silent(['db-2'], DAY.from - 2 * HOUR, DAY.from - HOUR);
  expect(message()).toMatchObject({
    tone: 'warning',
    title: 'The last 1 d: 3 incidents, 1 still open',
    lines: [
      '4 hosts, 4 gateways',
      'web-1: 2 incidents; silent once, 1 h in all',
      'web-2: one incident',
      'db-1: silent 2 times, 2 h in all',
      '1 others are well',
    ],
  });
});

test('a silence alone is not called well', () => {
  const { silent, message } = scene([host('web-1')]);
  silent(['web-1'], TO - HOUR, TO - HOUR / 2);
  expect(message()?.title).toBe('The last 1 d: no incidents, one host was silent');
});

test('a hub that takes over tells no period twice', () => {
  const { db, outbox, message } = scene([host('web-1')]);
  let now = TO - HOUR;
  const hub = () =>
    createDigest({
      db,
      digest: { every: 'day', at: 9 * 60 },
      outbox,
      messages: () => [{ to: ME, message: message() ?? { tone: 'good', title: '?' } }],
      clock: { now: () => now },
      onQueued: () => undefined,
    });
  const told = () => db.prepare(`SELECT count(*) AS count FROM outbox WHERE kind = 'digest'`).get()?.['count'];
  hub().tick();
  now = TO + 1_000;
  hub().tick();
  hub().tick();
  expect(told()).toBe(1);
});
