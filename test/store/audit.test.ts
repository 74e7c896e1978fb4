import { expect, test } from 'vitest';
import { createAudit, type AuditEntry } from '../../src/store/audit.ts';
import { openDatabase } from '../../src/store/database.ts';

const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: 1_000,
  channel: 'feishu',
  sender: 'ou_1',
  operator: 'me',
  command: '/status',
  outcome: 'allowed',
  detail: null,
  ...change,
});

test('the newest entries come first, and no more than were asked for', () => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  const stranger = entry({ at: 2_000, operator: null, outcome: 'refused', detail: 'unknown sender' });
  for (const each of [entry(), stranger, entry({ at: 3_000, command: '/restart' })]) audit.record(each);
  expect(audit.recent(2)).toEqual([entry({ at: 3_000, command: '/restart' }), stranger]);
  db.close();
});

test('a secret that somebody types into a command is not kept', () => {
  const db = openDatabase(':memory:');
  const audit = createAudit(db);
  audit.record(entry({ command: '/logs app_secret=abcdef123456', detail: 'token: abcdef123456' }));
  expect(JSON.stringify(audit.recent(1))).not.toContain('abcdef123456');
  expect(audit.recent(1)[0]?.command).toContain('/logs');
  db.close();
});
