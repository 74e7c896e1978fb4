/** A backup is made beside a bot that writes, checked, and brought back. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { knowsSince } from '../../src/store/meta.ts';
import { backUp, restore } from '../../src/store/backup.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { ownFolder } from './helpers.ts';
import { countOf, fillTables, leaveEarlier, note, noted, opened } from './store-fixture.ts';

const NOW = Date.parse('2026-11-21T10:31:05.000Z');

const folders = () => {
  const folder = ownFolder();
  return { folder, dataDir: join(folder, 'data'), file: join(folder, 'backup.db') };
};

const refusal = (code: string): Error => expect.objectContaining({ name: 'UserError', code }) as Error;

test('a backup beside a bot that writes holds all that was written, is for its owner only, and is the only file left', () => {
  const { folder, dataDir, file } = folders();
  const store = opened(dataDir);
  fillTables(store);
  const { bytes } = backUp(dataDir, file);
  // The bot goes on as if nothing had been.
  note(store, 'later');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(file).size).toBe(bytes);
  expect(readdirSync(folder).sort()).toEqual(['backup.db', 'data']);
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(countOf({ db: copy }, 'audit')).toBe(400);
  copy.close();
});

test('while the running bot does not write to the disk, there is no backup of what is old there', () => {
  const { dataDir, file } = folders();
  const store = opened(dataDir, { now: Date.now() - 120_000 });
  expect(() => backUp(dataDir, file)).toThrow(refusal('STORE_IN_MEMORY'));
  store.close();
  backUp(dataDir, file);
});

test('a backup is brought back, and what was there is kept beside it', () => {
  const { dataDir, file } = folders();
  const first = opened(dataDir);
  note(first, 'kept');
  backUp(dataDir, file);
  note(first, 'written later');
  first.close();

  const { aside } = restore(dataDir, file, { now: NOW });
  expect(aside).toBe(join(dataDir, 'lifeline.db.replaced-2026-11-21T10-31-05-000Z'));
  const before = new DatabaseSync(aside ?? '', { readOnly: true });
  expect(noted({ db: before }, 'written later')).toBe('written later');
  before.close();
  const again = opened(dataDir);
  expect([noted(again, 'kept'), noted(again, 'written later')]).toEqual(['kept', null]);
  // What was carried out between the two may be delivered again.
  expect(knowsSince(again.db)).toBe(NOW);
  expect(statSync(join(dataDir, 'lifeline.db')).mode & 0o777).toBe(0o600);
});

test('a backup is brought back into an empty data folder', () => {
  const { folder, dataDir, file } = folders();
  const first = opened(dataDir);
  note(first, 'kept');
  backUp(dataDir, file);
  const other = join(folder, 'other');
  expect(restore(other, file, { now: NOW })).toEqual({ aside: null });
  expect(noted(opened(other), 'kept')).toBe('kept');
});

test('a restoring that was cut short when the old one was out of the way is ended by the next start', () => {
  const { dataDir, file } = folders();
  const first = opened(dataDir);
  note(first, 'kept');
  first.close();
  backUp(dataDir, join(dataDir, 'lifeline.db.new'));
  backUp(dataDir, file);
  const whole = readFileSync(file);
  const cut = folders();
  mkdirSync(cut.dataDir);
  writeFileSync(join(cut.dataDir, 'lifeline.db.new'), whole);
  expect(noted(opened(cut.dataDir), 'kept')).toBe('kept');
  // Before that moment the old one stays.
  const second = opened(dataDir);
  expect(noted(second, 'kept')).toBe('kept');
  expect(existsSync(join(dataDir, 'lifeline.db.new'))).toBe(false);
});

test('nothing is restored while a bot has the data folder', () => {
  const { dataDir, file } = folders();
  const store = opened(dataDir);
  backUp(dataDir, file);
  note(store, 'later');
  expect(() => restore(dataDir, file, { now: NOW })).toThrow(refusal('ALREADY_RUNNING'));
  expect(noted(store, 'later')).toBe('later');
});

test.each<[string, string, (path: string) => void]>([
  ['no file', 'BACKUP_UNUSABLE', () => undefined],
  ['a file that is no database', 'BACKUP_UNUSABLE', (path) => writeFileSync(path, 'not a database '.repeat(500))],
  [
    "another program's database",
    'BACKUP_UNUSABLE',
    (path) => {
      const db = new DatabaseSync(path);
      db.exec('CREATE TABLE bookmarks (url TEXT)');
      db.close();
    },
  ],
  ['an empty file', 'BACKUP_UNUSABLE', (path) => writeFileSync(path, '')],
  [
    "a newer Lifeline's",
    'STORE_TOO_NEW',
    (path) => {
      const db = new DatabaseSync(path);
      db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
      db.close();
    },
  ],
])('%s is not restored, and what is there stays', (_what, code, make) => {
  const { dataDir, file } = folders();
  const store = opened(dataDir);
  note(store, 'kept');
  store.close();
  make(file);
  expect(() => restore(dataDir, file, { now: NOW })).toThrow(refusal(code));
  expect(noted(opened(dataDir), 'kept')).toBe('kept');
});

test('what an earlier Lifeline left in the memory of the system does not take the place of a backup', () => {
  const { folder, dataDir, file } = folders();
  const earlier = join(folder, 'earlier');
  const first = opened(dataDir);
  note(first, 'a', 'backup');
  backUp(dataDir, file);
  first.close();
  leaveEarlier(earlier, (db) => {
    note({ db }, 'a', 'earlier');
    note({ db }, 'store.mark', String(NOW - 1_000));
  });
  restore(dataDir, file, { now: NOW });
  expect(noted(opened(dataDir, { earlier }), 'a')).toBe('backup');
});

test('a damaged store is no backup, and nothing is left of the attempt', () => {
  const { folder, dataDir, file } = folders();
  const store = opened(dataDir);
  fillTables(store);
  store.close();
  const path = join(dataDir, 'lifeline.db');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 8_192, 40_960);
  writeFileSync(path, bytes);
  expect(() => backUp(dataDir, file)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      code: expect.stringMatching(/^BACKUP_(?:FAILED|UNUSABLE)$/) as string,
    }) as Error,
  );
  expect(readdirSync(folder).sort()).toEqual(['data']);
});

test('without a store there is nothing to back up', () => {
  const { dataDir, file } = folders();
  expect(() => backUp(dataDir, file)).toThrow(refusal('BACKUP_NOTHING'));
});
