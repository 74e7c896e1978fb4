/** A backup is made beside a bot that writes, checked, and brought back. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { knowsSince } from '../../src/store/knows-since.ts';
import { backUp, restore } from '../../src/store/backup.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { ownFolder } from './helpers.ts';
import { countOf, fillTables, note, noted, opened } from './store-fixture.ts';

const NOW = Date.parse('2026-11-21T10:31:05.000Z');

const folders = () => {
  const folder = ownFolder();
  const fallbackDir = join(folder, 'shm');
  mkdirSync(fallbackDir);
  return { folder, dataDir: join(folder, 'data'), fallbackDir, file: join(folder, 'backup.db') };
};

const refusal = (code: string): Error => expect.objectContaining({ name: 'UserError', code }) as Error;

test('a backup beside a bot that writes holds all that was written, is for its owner only, and is the only file left', () => {
  const { folder, dataDir, fallbackDir, file } = folders();
  const store = opened(dataDir, fallbackDir);
  fillTables(store);
  const { bytes } = backUp(dataDir, file, fallbackDir);
  // The bot goes on as if nothing had been.
  note(store, 'later');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(file).size).toBe(bytes);
  expect(readdirSync(folder).sort()).toEqual(['backup.db', 'data', 'shm']);
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(countOf({ db: copy }, 'audit')).toBe(400);
  copy.close();
});

test('while the data folder cannot be used, the backup is of what Lifeline has in memory', () => {
  const { dataDir, fallbackDir, file } = folders();
  writeFileSync(dataDir, 'no folder');
  const store = opened(dataDir, fallbackDir);
  expect(store.where).toBe('fallback');
  note(store, 'in memory');
  backUp(dataDir, file, fallbackDir);
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(noted({ db: copy }, 'in memory')).toBe('in memory');
  copy.close();
});

test('a backup is brought back, and what was there is kept beside it', () => {
  const { dataDir, fallbackDir, file } = folders();
  const first = opened(dataDir, fallbackDir);
  note(first, 'kept');
  backUp(dataDir, file, fallbackDir);
  note(first, 'written later');
  first.close();

  const { aside } = restore(dataDir, file, { now: NOW, fallbackDir });
  expect(aside).toBe(join(dataDir, 'lifeline.db.replaced-2026-11-21T10-31-05-000Z'));
  const before = new DatabaseSync(aside ?? '', { readOnly: true });
  expect(noted({ db: before }, 'written later')).toBe('written later');
  before.close();
  const again = opened(dataDir, fallbackDir);
  expect([noted(again, 'kept'), noted(again, 'written later')]).toEqual(['kept', null]);
  // What was carried out between the two may be delivered again.
  expect(knowsSince(again.db)).toBe(NOW);
  expect(statSync(join(dataDir, 'lifeline.db')).mode & 0o777).toBe(0o600);
});

test('a backup is brought back into an empty data folder', () => {
  const { folder, dataDir, fallbackDir, file } = folders();
  const first = opened(dataDir, fallbackDir);
  note(first, 'kept');
  backUp(dataDir, file, fallbackDir);
  const other = join(folder, 'other');
  expect(restore(other, file, { now: NOW, fallbackDir })).toEqual({ aside: null });
  expect(noted(opened(other, fallbackDir), 'kept')).toBe('kept');
});

test('a restoring that was cut short when the old one was out of the way is ended by the next start', () => {
  const { dataDir, fallbackDir, file } = folders();
  const first = opened(dataDir, fallbackDir);
  note(first, 'kept');
  first.close();
  backUp(dataDir, join(dataDir, 'lifeline.db.new'), fallbackDir);
  backUp(dataDir, file, fallbackDir);
  const whole = readFileSync(file);
  const cut = folders();
  mkdirSync(cut.dataDir);
  writeFileSync(join(cut.dataDir, 'lifeline.db.new'), whole);
  expect(noted(opened(cut.dataDir, cut.fallbackDir), 'kept')).toBe('kept');
  // Before that moment the old one stays.
  const second = opened(dataDir, fallbackDir);
  expect(noted(second, 'kept')).toBe('kept');
  expect(existsSync(join(dataDir, 'lifeline.db.new'))).toBe(false);
});

test('nothing is restored while a bot has the data folder', () => {
  const { dataDir, fallbackDir, file } = folders();
  const store = opened(dataDir, fallbackDir);
  backUp(dataDir, file, fallbackDir);
  note(store, 'later');
  expect(() => restore(dataDir, file, { now: NOW, fallbackDir })).toThrow(refusal('ALREADY_RUNNING'));
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
  const { dataDir, fallbackDir, file } = folders();
  const store = opened(dataDir, fallbackDir);
  note(store, 'kept');
  store.close();
  make(file);
  expect(() => restore(dataDir, file, { now: NOW, fallbackDir })).toThrow(refusal(code));
  expect(noted(opened(dataDir, fallbackDir), 'kept')).toBe('kept');
});

test('what is newer in memory than in the data folder is not overwritten by a backup', () => {
  const { dataDir, fallbackDir, file } = folders();
  const first = opened(dataDir, fallbackDir);
  backUp(dataDir, file, fallbackDir);
  first.close();
  const other = folders();
  writeFileSync(other.dataDir, 'no folder');
  const inMemory = opened(other.dataDir, other.fallbackDir);
  note(inMemory, 'in memory');
  inMemory.close();
  expect(() => restore(other.dataDir, file, { now: NOW, fallbackDir: other.fallbackDir })).toThrow(
    refusal('BACKUP_STORE_ELSEWHERE'),
  );
});

test('a damaged store is no backup, and nothing is left of the attempt', () => {
  const { folder, dataDir, fallbackDir, file } = folders();
  const store = opened(dataDir, fallbackDir);
  fillTables(store);
  store.close();
  const path = join(dataDir, 'lifeline.db');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 8_192, 40_960);
  writeFileSync(path, bytes);
  expect(() => backUp(dataDir, file, fallbackDir)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      code: expect.stringMatching(/^BACKUP_(?:FAILED|UNUSABLE)$/) as string,
    }) as Error,
  );
  expect(readdirSync(folder).sort()).toEqual(['data', 'shm']);
});

test('without a store there is nothing to back up', () => {
  const { dataDir, fallbackDir, file } = folders();
  expect(() => backUp(dataDir, file, fallbackDir)).toThrow(refusal('BACKUP_NOTHING'));
});
