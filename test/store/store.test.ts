import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync as rename,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { spareFolder } from '../../src/store/recovery/fallback-folder.ts';
import { storePath } from '../../src/store/store.ts';
import { ownFolder } from './helpers.ts';
import { countOf, fillTables, note, noted, opened } from './store-fixture.ts';

const folders = (): { dataDir: string; spareDir: string; file: string } => {
  const folder = ownFolder();
  return { dataDir: join(folder, 'data'), spareDir: join(folder, 'memory'), file: join(folder, 'data', 'lifeline.db') };
};

test('a new store is on the disk, has no problem, leaves nothing elsewhere and keeps what is written', () => {
  const { dataDir, spareDir, file } = folders();
  const store = opened(dataDir, spareDir);
  expect(store).toMatchObject({ where: 'disk', problem: null, setAside: null });
  note(store, 'a');
  expect(store.check(Date.now())).toBe('ok');
  store.close();
  expect(existsSync(spareDir)).toBe(false);
  expect(readdirSync(dataDir).sort()).toEqual(['lifeline.db', 'lifeline.lock']);
  expect(storePath(dataDir, spareDir)).toBe(file);
  expect(noted(opened(dataDir, spareDir), 'a')).toBe('a');
});

test('only one Lifeline has it at a time, in this process or another', () => {
  const { dataDir, spareDir } = folders();
  const store = opened(dataDir, spareDir);
  const second = (): unknown => opened(dataDir, spareDir);
  expect(second).toThrow(
    expect.objectContaining({ code: 'ALREADY_RUNNING', message: expect.stringContaining(dataDir) as string }) as Error,
  );
  store.close();
  expect(second).not.toThrow();
});

test('each check writes a mark that grows, even when the clock is set back', () => {
  const { dataDir, spareDir } = folders();
  const store = opened(dataDir, spareDir, { now: 5_000 });
  const marks = [6_000, 1_000, 1_000, 7_000].map((now) => {
    expect(store.check(now)).toBe('ok');
    return Number(noted(store, 'store.mark'));
  });
  expect(marks).toEqual([6_000, 6_001, 6_002, 7_000]);
});

test('a data folder that is deleted under it is lost, and is made anew at the next opening', () => {
  const { dataDir, spareDir } = folders();
  const store = opened(dataDir, spareDir);
  rmSync(dataDir, { recursive: true });
  expect(store.check(Date.now())).toBe('lost');
  store.close();
  expect(opened(dataDir, spareDir)).toMatchObject({ where: 'disk', problem: null });
});

const overwrite = (file: string, at: number, bytes: Uint8Array): void => {
  const all = readFileSync(file);
  all.set(bytes, at);
  writeFileSync(file, all);
};

test.each([
  ['garbage', (file: string) => writeFileSync(file, 'this is not a database, not even nearly. '.repeat(400)), 0],
  ['a header that is damaged', (file: string) => overwrite(file, 0, Buffer.alloc(100, 7)), 0],
  ['a folder in its place', (file: string) => (rmSync(file), mkdirSync(file)), 0],
  ['a file cut in half', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096), 0],
  ['a file cut in the middle of a page', (file: string) => truncateSync(file, statSync(file).size - 5_000), 0],
  [
    'a page in the middle that was overwritten',
    (file: string) => overwrite(file, Math.floor(statSync(file).size / 2 / 4096) * 4096, Buffer.alloc(4096, 0x5a)),
    700,
  ],
])('%s is set aside, and a new store begun with what can be read', (_what, spoil, least) => {
  const { dataDir, spareDir, file } = folders();
  const before = opened(dataDir, spareDir);
  fillTables(before);
  note(before, 'a');
  before.close();
  spoil(file);
  const spoiled = statSync(file).isFile() ? readFileSync(file) : null;

  const store = opened(dataDir, spareDir, { now: Date.UTC(2026, 10, 21, 7, 8, 9) });
  expect(store).toMatchObject({ where: 'disk', problem: null, setAside: `${file}.damaged-2026-11-21T07-08-09-000Z` });
  if (spoiled !== null) expect(readFileSync(store.setAside ?? '').equals(spoiled)).toBe(true);
  expect(countOf(store, 'audit') + countOf(store, 'outbox')).toBeGreaterThanOrEqual(least);
  expect(store.db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(store.db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  note(store, 'b');
  store.close();

  const later = opened(dataDir, spareDir);
  expect(later.setAside).toBe(null);
  expect(noted(later, 'b')).toBe('b');
});

test('an index that disagrees with its table is damage too, and no row is lost by it', () => {
  const { dataDir, spareDir, file } = folders();
  const before = opened(dataDir, spareDir);
  fillTables(before, 50);
  before.close();
  const db = new DatabaseSync(file, { defensive: false });
  db.exec(
    `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'subject, person', 'person, subject') WHERE name = 'outbox_thread'`,
  );
  db.close();
  const store = opened(dataDir, spareDir);
  expect(store.setAside).not.toBe(null);
  expect([countOf(store, 'audit'), countOf(store, 'outbox'), countOf(store, 'deliveries')]).toEqual([50, 50, 50]);
});

test.each([
  ['the tables of another program', 'CREATE TABLE seen (id TEXT)'],
  ['a table too few', `CREATE TABLE other (id TEXT); PRAGMA user_version = ${MIGRATIONS.length}`],
])('a database with %s is set aside', (_what, sql) => {
  const { dataDir, spareDir, file } = folders();
  mkdirSync(dataDir);
  const other = new DatabaseSync(file);
  other.exec(sql);
  other.close();
  expect(opened(dataDir, spareDir).setAside).toMatch(/damaged/);
});

test('what was written as JSON and is none any more is not taken over from a damaged file', () => {
  const { dataDir, spareDir, file } = folders();
  const before = opened(dataDir, spareDir);
  fillTables(before, 3);
  before.db.exec(`UPDATE outbox SET message = '{"title": "al' WHERE id = 2; DROP TABLE qq_lacks`);
  before.close();
  const store = opened(dataDir, spareDir);
  expect(store.setAside).toContain(file);
  expect(store.db.prepare('SELECT id FROM outbox ORDER BY id').all()).toEqual([{ id: 1 }, { id: 3 }]);
  // What hangs on a row that was left goes with it.
  expect(store.db.prepare('SELECT entry FROM deliveries ORDER BY entry').all()).toEqual([{ entry: 1 }, { entry: 3 }]);
});

test('an empty file is a new store, not a damaged one', () => {
  const { dataDir, spareDir, file } = folders();
  mkdirSync(dataDir);
  writeFileSync(file, '');
  expect(opened(dataDir, spareDir)).toMatchObject({ where: 'disk', setAside: null });
});

test('a log without its database is kept', () => {
  const { dataDir, spareDir, file } = folders();
  mkdirSync(dataDir);
  writeFileSync(`${file}-wal`, 'committed once');
  const { setAside } = opened(dataDir, spareDir);
  expect(readFileSync(`${setAside}-wal`, 'utf8')).toBe('committed once');
});

test('a log that was cut off costs only what was written last', () => {
  const { dataDir, spareDir, file } = folders();
  const before = opened(dataDir, spareDir);
  note(before, 'early');
  const length = statSync(`${file}-wal`).size;
  note(before, 'late');
  const [main, log] = [readFileSync(file), readFileSync(`${file}-wal`)];
  before.close();
  writeFileSync(file, main);
  writeFileSync(`${file}-wal`, log.subarray(0, length + 100));
  const store = opened(dataDir, spareDir);
  expect(store).toMatchObject({ where: 'disk', setAside: null });
  expect([noted(store, 'early'), noted(store, 'late')]).toEqual(['early', null]);
});

test('a database of a newer Lifeline is refused and left as it is', () => {
  const { dataDir, spareDir, file } = folders();
  mkdirSync(dataDir);
  const newer = new DatabaseSync(file);
  newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  newer.close();
  for (const _again of [1, 2])
    expect(() => opened(dataDir, spareDir)).toThrow(expect.objectContaining({ code: 'STORE_TOO_NEW' }) as Error);
  expect(readdirSync(dataDir).sort()).toEqual(['lifeline.db', 'lifeline.lock']);
});

test('a database that another program holds is not damaged: Lifeline goes on in memory and comes back', () => {
  const { dataDir, spareDir, file } = folders();
  const before = opened(dataDir, spareDir);
  note(before, 'a');
  before.close();
  const other = new DatabaseSync(file);
  onTestFinished(() => {
    if (other.isOpen) other.close();
  });
  other.exec('BEGIN IMMEDIATE');
  const now = Date.now();
  const store = opened(dataDir, spareDir, { now });
  expect(store).toMatchObject({
    where: 'spare',
    setAside: null,
    problem: { kind: 'unusable', detail: expect.stringContaining('locked') as string },
  });
  expect(store.check(now + 60_000)).toBe('ok');
  note(store, 'b');
  other.close();
  expect(store.check(now + 120_000)).toBe('disk_is_back');
  store.close();
  const back = opened(dataDir, spareDir);
  expect(back).toMatchObject({ where: 'disk', setAside: null });
  expect([noted(back, 'a'), noted(back, 'b')]).toEqual(['a', 'b']);
});

test('a data folder that cannot be made: the store is in memory, survives Lifeline there, and comes back', () => {
  const { dataDir, spareDir } = folders();
  // A file where the folder should be.
  writeFileSync(dataDir, '');
  const now = Date.now();
  const first = opened(dataDir, spareDir, { now });
  expect(first).toMatchObject({ where: 'spare', problem: { kind: 'unusable' }, setAside: null });
  expect(statSync(spareFolder(dataDir, spareDir)).mode & 0o777).toBe(0o700);
  expect(storePath(dataDir, spareDir)).toBe(join(spareFolder(dataDir, spareDir), 'lifeline.db'));
  note(first, 'a');
  expect(first.check(now + 60_000)).toBe('ok');
  first.close();

  const second = opened(dataDir, spareDir, { now });
  expect(noted(second, 'a')).toBe('a');
  expect(() => opened(dataDir, spareDir)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
  rmSync(dataDir);
  // Not at once: an opening that failed is not tried again every few seconds.
  expect(second.check(now + 10_000)).toBe('ok');
  expect(second.check(now + 60_000)).toBe('disk_is_back');
  // Another that finds the folder in order again still finds this one running.
  expect(() => opened(dataDir, spareDir)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
  second.close();

  const third = opened(dataDir, spareDir);
  expect(third).toMatchObject({ where: 'disk', problem: null });
  expect(noted(third, 'a')).toBe('a');
  expect(existsSync(spareFolder(dataDir, spareDir))).toBe(false);
});

test('what was stored in memory knows nothing of a folder that could not be read: the two are merged, and the old one is kept', () => {
  const { dataDir, spareDir, file } = folders();
  const before = opened(dataDir, spareDir, { now: 1_000 });
  fillTables(before, 5);
  note(before, 'paired', 'before');
  note(before, 'both', 'before');
  before.db.exec(`INSERT INTO restarts (gateway, remedy, requested_by, at) VALUES ('main', 'restart', 'auto', 1)`);
  before.close();
  const away = `${dataDir}.away`;
  rename(dataDir, away);
  writeFileSync(dataDir, '');

  const spare = opened(dataDir, spareDir, { now: 2_000 });
  expect(countOf(spare, 'outbox')).toBe(0);
  fillTables(spare, 2);
  note(spare, 'both', 'spare');
  spare.close();
  rmSync(dataDir);
  rename(away, dataDir);

  const store = opened(dataDir, spareDir, { now: 3_000 });
  expect(store).toMatchObject({ where: 'disk', problem: null, setAside: null });
  expect([noted(store, 'paired'), noted(store, 'both')]).toEqual(['before', 'spare']);
  expect([countOf(store, 'outbox'), countOf(store, 'deliveries'), countOf(store, 'restarts')]).toEqual([2, 2, 1]);
  expect(store.db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  const replaced = new DatabaseSync(`${file}.replaced`, { readOnly: true });
  expect(countOf({ db: replaced }, 'outbox')).toBe(5);
  replaced.close();
  store.close();

  // It is the disk's now: the next time in memory is of it.
  const { db } = opened(dataDir, spareDir);
  expect(db.prepare(`SELECT 1 FROM meta WHERE key = 'store.apart'`).get()).toBeUndefined();
});

test('what is in memory and older than what is on the disk is not brought back', () => {
  const { dataDir, spareDir } = folders();
  writeFileSync(dataDir, '');
  const spare = opened(dataDir, spareDir, { now: 1_000 });
  note(spare, 'a', 'old');
  spare.close();
  rmSync(dataDir);
  const elsewhere = join(spareDir, 'elsewhere');
  const disk = opened(dataDir, elsewhere, { now: 9_000 });
  note(disk, 'a', 'new');
  disk.close();
  const store = opened(dataDir, spareDir, { now: 10_000 });
  expect(noted(store, 'a')).toBe('new');
  expect(existsSync(spareFolder(dataDir, spareDir))).toBe(false);
});

test('a data folder by another name is the same data folder', () => {
  const { dataDir, spareDir } = folders();
  mkdirSync(dataDir);
  symlinkSync(dataDir, `${dataDir}.link`);
  expect(spareFolder(`${dataDir}.link`, spareDir)).toBe(spareFolder(dataDir, spareDir));
  expect(spareFolder(join(`${dataDir}.link`, 'none', 'yet'), spareDir)).toBe(
    spareFolder(join(dataDir, 'none', 'yet'), spareDir),
  );
  expect(spareFolder(`${dataDir}2`, spareDir)).not.toBe(spareFolder(dataDir, spareDir));
});

test('a spare folder that leads elsewhere is not used, one that is open to others is closed', () => {
  const { dataDir, spareDir } = folders();
  writeFileSync(dataDir, '');
  const spare = spareFolder(dataDir, spareDir);
  const trap = join(spareDir, 'trap');
  mkdirSync(trap, { recursive: true });
  symlinkSync(trap, spare);
  const store = opened(dataDir, spareDir);
  expect(store).toMatchObject({ where: 'spare', problem: { kind: 'unusable' } });
  note(store, 'a');
  expect(store.check(Date.now())).toBe('ok');
  expect(readdirSync(trap)).toEqual([]);
  store.close();
  rmSync(spare);
  mkdirSync(spare);
  chmodSync(spare, 0o755);
  expect(opened(dataDir, spareDir).where).toBe('spare');
  expect(statSync(spare).mode & 0o777).toBe(0o700);
});
