import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createAudit, type AuditEntry, type AuditQuery } from '../../src/store/audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { ownFolder } from './helpers.ts';

const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: 1_000,
  channel: 'feishu',
  chat: null,
  sender: 'ou_1',
  operator: 'me',
  command: '/status',
  outcome: 'allowed',
  detail: null,
  durationMs: null,
  ...change,
});

test('the newest entries come first, and no more than were asked for', () => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  const stranger = entry({ at: 2_000, operator: null, outcome: 'refused', detail: 'unknown sender' });
  for (const each of [entry(), stranger, entry({ at: 3_000, command: '/restart' })]) audit.record(each);
  expect(audit.recent({ count: 2 })).toEqual([entry({ at: 3_000, command: '/restart' }), stranger]);
  db.close();
});

test('a secret that somebody types into a command is not kept', () => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  audit.record(entry({ command: '/logs app_secret=abcdef123456', detail: 'token: abcdef123456' }));
  expect(JSON.stringify(audit.recent({ count: 1 }))).not.toContain('abcdef123456');
  expect(audit.recent({ count: 1 })[0]?.command).toContain('/logs');
  db.close();
});

test('an entry stands before its command runs and says afterwards how that ended, once', () => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  const entries = ['/status', '/logs', '/why'].map((command) => audit.record(entry({ command, chat: 'G' })));
  expect(audit.recent({ count: 9 })).toEqual(
    ['/why', '/logs', '/status'].map((command) => entry({ command, chat: 'G' })),
  );
  audit.finish(entries[1] ?? -1, { outcome: 'failed', detail: 'token: abcdef123456', durationMs: 1_234.6 });
  audit.finish(entries[1] ?? -1, { outcome: 'done', detail: null, durationMs: 1 });
  audit.finish(entries[2] ?? -1, { outcome: 'done', detail: null, durationMs: -5 });
  expect(audit.recent({ count: 9 })).toEqual([
    entry({ command: '/why', chat: 'G', outcome: 'done', durationMs: 0 }),
    entry({ command: '/logs', chat: 'G', outcome: 'failed', detail: 'token: ***', durationMs: 1_235 }),
    entry({ command: '/status', chat: 'G' }),
  ]);
  db.close();
});

test('what was refused stays refused', () => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  audit.finish(audit.record(entry({ outcome: 'refused', detail: 'role' })), {
    outcome: 'done',
    detail: null,
    durationMs: 1,
  });
  expect(audit.recent({ count: 1 })).toEqual([entry({ outcome: 'refused', detail: 'role' })]);
  db.close();
});

test.each<[string, Omit<AuditQuery, 'count'>, readonly string[]]>([
  ['everything', {}, ['d', 'c', 'b', 'a']],
  ['one operator', { operator: 'me' }, ['d', 'a']],
  ['one outcome', { outcome: 'refused' }, ['c', 'b']],
  ['what is new', { since: 3_000 }, ['d', 'c']],
  ['all of these at once', { operator: 'guest', outcome: 'refused', since: 2_000 }, ['b']],
  ['somebody with a quote in the name', { operator: "x' OR '1'='1" }, []],
])('a query for %s', (_what, query, found) => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  audit.record(entry({ at: 1_000, command: 'a' }));
  audit.record(entry({ at: 2_000, command: 'b', operator: 'guest', outcome: 'refused' }));
  audit.record(entry({ at: 3_000, command: 'c', operator: null, outcome: 'refused' }));
  audit.record(entry({ at: 4_000, command: 'd' }));
  expect(audit.recent({ count: 9, ...query }).map(({ command }) => command)).toEqual(found);
  expect(audit.recent({ count: 1, ...query }).map(({ command }) => command)).toEqual(found.slice(0, 1));
  db.close();
});

test('what an older Lifeline has written is kept and read', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const older = new DatabaseSync(path);
  const steps = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex((step) => step.includes('ALTER TABLE audit')),
  );
  for (const step of steps) older.exec(step);
  older.exec(
    `PRAGMA user_version = ${steps.length}; INSERT INTO audit (at, channel, sender, operator, command, outcome, detail) VALUES (1000, 'feishu', 'ou_1', 'me', '/status', 'allowed', NULL)`,
  );
  older.close();
  const db = openDatabase(path);
  expect(createAudit(db).recent({ count: 9 })).toEqual([entry()]);
  db.close();
});
