import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { prune } from '../../src/store/retention.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const OLD = NOW - 91 * DAY;
const YOUNG = NOW - 89 * DAY;

const opened = (): DatabaseSync => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  return db;
};

const COLUMNS = {
  fleet_threads: 'subject, host, topic, remote, gateway, at',
  fleet_notices: 'host, id, at, entries, settled_at',
  fleet_silences: 'id, at, hosts, back, ended_at',
  fleet_commands: 'id, at, answers, ended',
  seen: 'channel, id, at, unfinished',
  startups: 'gateway, pid, start_time, at, ms',
  watch_memory: 'gateway, at, version, state, cursors',
  buttons: 'token, message, place, channel, user, command, expires_at, pressed_at',
  confirmations: 'channel, user, nonce, chat, command, expires_at, used_at',
  quotes: 'channel, quote, incident, at',
  escalations: 'incident, outage, step, way, at',
  blips: 'id, gateway, link, began_at, ended_at',
  watched: 'gateway, from_at, to_at',
  qq_sessions: 'app, session, seq, opened_at, alive_at',
  qq_tickets: 'app, id, kind, chat, inner_id, at, used, dead',
  qq_pushes: 'id, app, user, at',
  qq_parts: 'key, part, state, way, message_id, at',
  qq_lacks: 'app, feature, until',
  qq_people: 'app, user, push, refused_at, switched_at, last_message_at, wakeup',
  feishu_calls: 'app, month, calls',
  feishu_chats: 'app, chat, kind',
  outbox: 'id, subject, kind, person, message, at, state',
  restarts: 'id, gateway, remedy, requested_by, at, outcome',
};

const idsOf = (db: DatabaseSync, table: string, key = 'id'): unknown[] =>
  db
    .prepare(`SELECT ${key} AS id FROM ${table} ORDER BY ${key}`)
    .all()
    .map(({ id }) => id);

const pruneAll = (db: DatabaseSync, now = NOW): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (;;) {
    const { deleted, more } = prune(db, now);
    for (const [table, count] of Object.entries(deleted)) sum[table] = (sum[table] ?? 0) + count;
    if (!more) return sum;
  }
};

const audit = (db: DatabaseSync, at: number, times = 1): void => {
  const insert = db.prepare(
    `INSERT INTO audit (at, channel, sender, command, outcome) VALUES (?, 'qq', 's', '/status', 'refused')`,
  );
  db.exec('BEGIN');
  for (let n = 0; n < times; n += 1) insert.run(at);
  db.exec('COMMIT');
};

const incident = (db: DatabaseSync, id: number, closedAt: number | null): void => {
  db.prepare(
    `INSERT INTO incidents (id, gateway, link, opened_at, since, closed_at, told, verdict, treatments) VALUES (?, 'main', ?, 0, 0, ?, 'opened', '{}', '[]')`,
  ).run(id, String(id), closedAt);
};

const insertNotification = (
  db: DatabaseSync,
  subject: number,
  { at = OLD, state = 'done', kind = 'opened', person = 'me' } = {},
): number => {
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO outbox (id, subject, kind, person, message, at, state) SELECT count(*), ?, ?, ?, '{}', ?, ? FROM outbox`,
    )
    .run(subject, kind, person, at, state);
  db.prepare(
    `INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at) VALUES (?, 0, 'qq', 'u', 'k', 'delivered', 0)`,
  ).run(lastInsertRowid);
  return Number(lastInsertRowid);
};

/** The newest fifty of a table always stay; these stand in for them. */
const newest = (db: DatabaseSync): void => {
  audit(db, NOW, 50);
  db.prepare('UPDATE audit SET id = id + 100000').run();
  incident(db, 100_000, NOW);
  db.exec(
    `INSERT INTO outbox (id, subject, kind, person, message, at, state) VALUES (100000, 100000, 'opened', 'me', '{}', ${NOW}, 'done')`,
  );
  db.exec(
    `INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at) VALUES (100000, 0, 'qq', 'u', 'k', 'delivered', 0)`,
  );
};

test('nothing goes from a store in which nothing is old', () => {
  const db = opened();
  newest(db);
  incident(db, 1, YOUNG);
  insertNotification(db, 1, { at: YOUNG });
  audit(db, YOUNG);
  expect(prune(db, NOW)).toEqual({ deleted: {}, more: false });
});

test('audit entries go after ninety days, in small steps, and the last fifty stay', () => {
  const db = opened();
  audit(db, OLD, 1_300);
  audit(db, YOUNG, 10);
  expect(prune(db, NOW)).toEqual({ deleted: { audit: 500 }, more: true });
  expect(prune(db, NOW)).toEqual({ deleted: { audit: 500 }, more: true });
  expect(prune(db, NOW)).toEqual({ deleted: { audit: 260 }, more: false });
  expect(idsOf(db, 'audit')).toEqual(Array.from({ length: 50 }, (_, n) => 1_261 + n));
});

test.each([
  ['an incident that is closed long since', OLD, {}, true],
  ['one that is open', null, {}, false],
  ['one that was closed lately', YOUNG, {}, false],
  ['one of which something is undelivered', OLD, { state: 'failed' }, false],
])('%s goes with what was said of it, or all of it stays', (_what, closedAt, how, goes) => {
  const db = opened();
  newest(db);
  incident(db, 1, closedAt);
  const first = insertNotification(db, 1);
  const second = insertNotification(db, 1, how);
  pruneAll(db);
  expect(idsOf(db, 'incidents').includes(1)).toBe(!goes);
  // An alert of an incident that was closed lately but told of long ago is delivered and needed by nobody.
  const kept = closedAt === YOUNG || goes ? [100_000] : [first, second, 100_000];
  expect(idsOf(db, 'outbox')).toEqual(kept);
  expect(idsOf(db, 'deliveries', 'entry')).toEqual(kept);
});

test('what belongs to no incident goes too, but not the word of a channel that is still down', () => {
  const db = opened();
  newest(db);
  insertNotification(db, -2, { kind: 'result' });
  const down = insertNotification(db, -3, { kind: 'channel_down' });
  insertNotification(db, -5, { kind: 'channel_down' });
  insertNotification(db, -5, { kind: 'channel_up' });
  const pending = insertNotification(db, -4, { kind: 'result', state: 'open' });
  expect(pruneAll(db)).toEqual({ outbox: 3 });
  expect(idsOf(db, 'outbox')).toEqual([down, pending, 100_000]);
});

test('of restarts stay the last fifty of each gateway and what has no end', () => {
  const db = opened();
  const insert = db.prepare(
    `INSERT INTO restarts (gateway, remedy, requested_by, at, outcome) VALUES (?, 'restart', 'auto', ?, ?)`,
  );
  insert.run('main', OLD, null);
  for (let n = 0; n < 60; n += 1) insert.run('main', OLD, 'recovered');
  for (let n = 0; n < 40; n += 1) insert.run('other', OLD, 'recovered');
  expect(pruneAll(db)).toEqual({ restarts: 10 });
  expect(idsOf(db, 'restarts')).toEqual([1, ...Array.from({ length: 90 }, (_, n) => 12 + n)]);
});

test.each([
  [
    'seen',
    `('qq', 'old', ${OLD}, NULL), ('qq', 'unfinished', ${OLD}, '{}'), ('qq', 'young', ${YOUNG}, NULL)`,
    'id',
    ['unfinished', 'young'],
  ],
  ['startups', `('main', 1, 1, ${OLD}, 5), ('main', 2, 2, ${YOUNG}, 5)`, 'pid', [2]],
  ['watch_memory', `('gone', ${OLD}, 1, '{}', '{}'), ('main', ${YOUNG}, 1, '{}', '{}')`, 'gateway', ['main']],
  [
    'buttons',
    `('a', 'm', 1, 'qq', 'u', '/x', ${OLD}, NULL), ('b', 'm', 2, 'qq', 'u', '/x', ${YOUNG}, NULL)`,
    'token',
    ['b'],
  ],
  ['blips', `(1, 'main', 'qqbot', ${OLD}, ${OLD}), (2, 'main', NULL, ${YOUNG}, ${YOUNG})`, 'id', [2]],
  ['watched', `('main', 1, ${OLD}), ('main', 2, ${YOUNG})`, 'from_at', [2]],
  ['escalations', `(1, 1, 0, 'app', ${OLD}), (2, 1, 0, 'app', ${YOUNG})`, 'incident', [2]],
  ['quotes', `('qq', 'a', 1, ${OLD}), ('qq', 'b', 1, ${YOUNG})`, 'quote', ['b']],
  [
    'confirmations',
    `('qq', 'u', 'a', NULL, '/x', ${OLD}, NULL), ('qq', 'u', 'b', NULL, '/x', ${YOUNG}, NULL)`,
    'nonce',
    ['b'],
  ],
  ['qq_sessions', `('gone', 's', 1, 0, ${OLD}), ('app', 's', 1, 0, ${YOUNG})`, 'app', ['app']],
  [
    'qq_tickets',
    `('app', 'a', 'message', 'user:u', NULL, ${OLD}, 0, 0), ('app', 'b', 'message', 'user:u', NULL, ${YOUNG}, 0, 0)`,
    'id',
    ['b'],
  ],
  ['qq_pushes', `(1, 'app', 'u', ${OLD}), (2, 'app', 'u', ${YOUNG})`, 'id', [2]],
  ['qq_parts', `('k', 1, 'delivered', '{}', '', ${OLD}), ('k', 2, 'delivered', '{}', '', ${YOUNG})`, 'part', [2]],
  ['qq_lacks', `('app', 'a', ${OLD}), ('app', 'b', ${YOUNG})`, 'feature', ['b']],
  ['qq_people', `('app', 'u', 'yes', NULL, NULL, ${OLD}, -1)`, 'user', ['u']],
  [
    'feishu_calls',
    `('app', '${new Date(OLD - 31 * DAY).toISOString().slice(0, 7)}', 5), ('app', '${new Date(NOW).toISOString().slice(0, 7)}', 5)`,
    'month',
    [new Date(NOW).toISOString().slice(0, 7)],
  ],
  [
    'fleet_threads',
    `(1, 'web', 'incident', 1, NULL, ${OLD}), (2, 'web', 'incident', 2, NULL, ${YOUNG})`,
    'subject',
    [2],
  ],
  // What no phone has yet stays.
  [
    'fleet_notices',
    `('web', 'a', ${OLD}, '[]', 1), ('web', 'b', ${OLD}, '[]', NULL), ('web', 'c', ${YOUNG}, '[]', 1)`,
    'id',
    ['b', 'c'],
  ],
  [
    'fleet_silences',
    `(1, 0, '[]', '[]', ${OLD}), (2, 0, '[]', '[]', NULL), (3, 0, '[]', '[]', ${YOUNG})`,
    'id',
    [2, 3],
  ],
  ['fleet_commands', `('a', ${OLD}, '{}', 1), ('b', ${OLD}, '{}', 0), ('c', ${YOUNG}, '{}', 1)`, 'id', ['b', 'c']],
] as const)('what is old in %s goes', (table, rows, key, kept) => {
  const db = opened();
  db.exec(`INSERT INTO ${table} (${COLUMNS[table]}) VALUES ${rows}`);
  prune(db, NOW);
  expect(idsOf(db, table, key)).toEqual(kept);
});

test('mutes that ended long ago go, all but the last fifty', () => {
  const db = opened();
  const insert = db.prepare(`INSERT INTO silences (kind, by, at, until) VALUES ('mute', 'me', 0, ?)`);
  for (let n = 0; n < 60; n += 1) insert.run(OLD);
  expect(pruneAll(db)).toEqual({ silences: 10 });
});

/** Fills a table with this many rows, as young as can be. */
const flood = (db: DatabaseSync, table: keyof typeof COLUMNS, count: number, row: string): void => {
  db.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) INSERT INTO ${table} (${COLUMNS[table]}) SELECT ${row} FROM n`,
  );
};

test.each([
  ['seen', 100_000, `'qq', 'm' || i, ${NOW} + i, NULL`, 'min(at)'],
  ['outbox', 10_000, `i, i, 'opened', 'me', '{}', ${NOW}, 'failed'`, 'min(id)'],
  ['restarts', 5_000, `i, 'main', 'restart', 'auto', ${NOW}, 'recovered'`, 'min(id)'],
  ['feishu_chats', 20_000, `'app', 'c' || i, 'direct'`, 'count(*)'],
  ['qq_people', 20_000, `'app', 'u' || i, 'yes', NULL, NULL, ${NOW} + i, -1`, 'min(last_message_at)'],
] as const)('%s is bounded even when nothing in it is old: the oldest go', (table, most, row, oldest) => {
  const db = opened();
  flood(db, table, most + 700, row);
  const before = Number(db.prepare(`SELECT ${oldest} AS n FROM ${table}`).get()?.['n']);
  expect(pruneAll(db)).toEqual({ [table]: 700 });
  const after = Number(db.prepare(`SELECT ${oldest} AS n FROM ${table}`).get()?.['n']);
  expect(after).toBe(oldest === 'count(*)' ? most : before + 700);
});

test('open incidents and treatments that have not ended stay, however many there are', () => {
  const db = opened();
  flood(db, 'restarts', 5_100, `i, 'main', 'restart', 'auto', ${OLD}, NULL`);
  expect(pruneAll(db)).toEqual({});
});

test('every table is bounded, or holds one row for each thing of the configuration', () => {
  const db = opened();
  const bounded = [
    'audit',
    'outbox',
    'incidents',
    ...[
      'seen',
      'startups',
      'memory_samples',
      'watch_memory',
      'silences',
      'planned_maintenance',
      'buttons',
      'confirmations',
      'escalations',
      'quotes',
      'blips',
      'watched',
      'restarts',
    ],
    ...['qq_sessions', 'qq_tickets', 'qq_pushes', 'qq_parts', 'qq_lacks', 'feishu_calls', 'qq_people', 'feishu_chats'],
    ...['fleet_hosts', 'fleet_threads', 'fleet_notices', 'fleet_silences', 'fleet_commands'],
  ];
  // With the outbox go its deliveries. A person must be paired by an operator, and has one id in each listed group.
  const few = ['deliveries', 'meta', 'operators', 'pairing', 'group_members'];
  expect(idsOf(db, `sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, 'name')).toEqual(
    [...bounded, ...few].sort(),
  );
});
