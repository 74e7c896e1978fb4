import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { earlierFallback } from '../../src/store/earlier-fallback.ts';
import { createPairedOperators } from '../../src/store/operators.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openBeside } from '../../src/store/beside.ts';
import { takeFindings, type StoreHandover } from '../../src/store/store.ts';
import { ownFolder } from './helpers.ts';
import {
  countOf,
  fillQueue,
  fillTables,
  LAYOUT_OF_THREADS,
  leaveEarlier,
  note,
  noted,
  ofLayout,
  opened,
  processOf,
  QUEUE,
  queueOf,
} from './store-fixture.ts';

const folders = (): { folder: string; dataDir: string; file: string } => {
  const folder = ownFolder();
  return { folder, dataDir: join(folder, 'data'), file: join(folder, 'data', 'lifeline.db') };
};

/** As the end of its process does. */
const release = (handover: StoreHandover): void => {
  handover.lock?.release();
  handover.lock = null;
};

const NOTHING = { damaged: null, removed: false };

test('a new store is on the disk, has no problem and keeps what is written', () => {
  const { folder, dataDir } = folders();
  const store = opened(dataDir);
  expect(store).toMatchObject({ where: 'disk', problem: null });
  expect(takeFindings(store.db)).toEqual(NOTHING);
  note(store, 'a');
  expect(store.check(Date.now())).toBe('ok');
  store.close();
  expect(readdirSync(folder)).toEqual(['data']);
  expect(readdirSync(dataDir).sort()).toEqual(['lifeline.db', 'lifeline.lock']);
  expect(noted(opened(dataDir), 'a')).toBe('a');
});

test('only one Lifeline has it at a time, and keeps it from one opening to the next', () => {
  const { dataDir } = folders();
  const handover = processOf();
  const second = (): unknown => opened(dataDir);
  const refused = expect.objectContaining({
    code: 'ALREADY_RUNNING',
    message: expect.stringContaining(dataDir) as string,
  }) as Error;
  const store = opened(dataDir, { handover });
  expect(second).toThrow(refused);
  store.close();
  expect(second).toThrow(refused);
  opened(dataDir, { handover }).close();
  release(handover);
  expect(second).not.toThrow();
});

test('each check writes a mark that grows, even when the clock is set back', () => {
  const { dataDir } = folders();
  const store = opened(dataDir, { now: 5_000 });
  const marks = [6_000, 1_000, 1_000, 7_000].map((now) => {
    expect(store.check(now)).toBe('ok');
    return Number(noted(store, 'store.mark'));
  });
  expect(marks).toEqual([6_000, 6_001, 6_002, 7_000]);
});

test.each<[string, (dataDir: string, file: string) => void, readonly string[]]>([
  ['the data folder is removed', (dataDir) => rmSync(dataDir, { recursive: true }), []],
  ['the file is removed', (_dataDir, file) => rmSync(file), []],
  ['the file is moved away', (dataDir, file) => renameSync(file, join(dataDir, 'moved')), ['moved']],
  [
    'another file takes its place',
    (_dataDir, file) => (rmSync(file), writeFileSync(file, 'another')),
    [expect.stringMatching(/^lifeline\.db\.replaced-.*Z$/) as string],
  ],
])(
  'when %s while Lifeline runs, all of it is written anew from the open handle, and that is told once',
  (_what, remove, left) => {
    const { dataDir, file } = folders();
    const handover = processOf();
    const store = opened(dataDir, { handover });
    note(store, 'before');
    remove(dataDir, file);
    expect(store.check(Date.now())).toBe('lost');
    fillTables(store, 20);
    store.close();
    // What Lifeline ends with is there for the next one as well.
    const again = opened(dataDir, { handover });
    expect(again).toMatchObject({ where: 'disk', problem: null });
    expect([noted(again, 'before'), countOf(again, 'outbox'), countOf(again, 'deliveries')]).toEqual([
      'before',
      20,
      20,
    ]);
    expect([takeFindings(again.db), takeFindings(again.db)]).toEqual([{ damaged: null, removed: true }, NOTHING]);
    expect(() => opened(dataDir)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
    const others = readdirSync(dataDir).filter(
      (name) => !/^lifeline\.(?:lock|db(?:-wal|-shm)?)$|-(?:wal|shm)$/.test(name),
    );
    expect(others).toEqual(left);
  },
);

test('a file that was removed is written anew also when Lifeline only ends', () => {
  const { dataDir, file } = folders();
  const store = opened(dataDir);
  note(store, 'a');
  rmSync(file);
  store.close();
  expect(noted(opened(dataDir), 'a')).toBe('a');
});

test('a folder that was removed and cannot be made anew: all goes on in memory, and is on the disk when it can', () => {
  const { folder, dataDir } = folders();
  const handover = processOf();
  const now = Date.now();
  const store = opened(dataDir, { handover, now });
  note(store, 'a');
  rmSync(dataDir, { recursive: true });
  writeFileSync(dataDir, 'in its place');
  expect(store.check(now)).toBe('lost');
  store.close();
  const inMemory = opened(dataDir, { handover, now });
  expect(inMemory).toMatchObject({ where: 'memory', problem: { kind: 'unusable' } });
  expect([noted(inMemory, 'a'), takeFindings(inMemory.db).removed]).toEqual(['a', true]);
  note(inMemory, 'b');
  // A new configuration is taken meanwhile.
  inMemory.close();
  const reloaded = opened(dataDir, { handover, now });
  expect([noted(reloaded, 'a'), noted(reloaded, 'b')]).toEqual(['a', 'b']);
  rmSync(dataDir);
  expect(reloaded.check(now + 60_000)).toBe('disk_is_back');
  note(reloaded, 'c');
  reloaded.close();
  const back = opened(dataDir, { handover });
  expect(back).toMatchObject({ where: 'disk', problem: null });
  expect([noted(back, 'a'), noted(back, 'b'), noted(back, 'c')]).toEqual(['a', 'b', 'c']);
  expect(readdirSync(folder)).toEqual(['data']);
});

const overwrite = (file: string, at: number, bytes: Uint8Array): void => {
  const all = readFileSync(file);
  all.set(bytes, at);
  writeFileSync(file, all);
};

test.each<[string, (file: string) => void]>([
  ['garbage', (file) => writeFileSync(file, 'this is not a database, not even nearly. '.repeat(400))],
  ['a header that is damaged', (file) => overwrite(file, 0, Buffer.alloc(100, 7))],
  ['a folder in its place', (file) => (rmSync(file), mkdirSync(file))],
  ['a file cut in half', (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096)],
  ['a file cut in the middle of a page', (file) => truncateSync(file, statSync(file).size - 5_000)],
  [
    'a page in the middle that was overwritten',
    (file) => overwrite(file, Math.floor(statSync(file).size / 2 / 4096) * 4096, Buffer.alloc(4096, 0x5a)),
  ],
])('%s is set aside, a new store is begun, and that is told once', (_what, spoil) => {
  const { dataDir, file } = folders();
  const before = opened(dataDir);
  fillTables(before);
  note(before, 'a');
  before.close();
  spoil(file);
  const spoiled = statSync(file).isFile() ? readFileSync(file) : null;

  const store = opened(dataDir, { now: Date.UTC(2026, 10, 21, 7, 8, 9) });
  expect(store).toMatchObject({ where: 'disk', problem: null });
  const aside = `${file}.damaged-2026-11-21T07-08-09-000Z`;
  expect([takeFindings(store.db), takeFindings(store.db)]).toEqual([{ damaged: aside, removed: false }, NOTHING]);
  if (spoiled !== null) expect(readFileSync(aside).equals(spoiled)).toBe(true);
  expect([noted(store, 'a'), countOf(store, 'outbox')]).toEqual([null, 0]);
  note(store, 'b');
  store.close();
  const later = opened(dataDir);
  expect([noted(later, 'b'), takeFindings(later.db)]).toEqual(['b', NOTHING]);
});

test('an index that disagrees with its table is damage too; who was paired is taken over, since they are to be told', () => {
  const { dataDir, file } = folders();
  const before = opened(dataDir);
  fillTables(before, 50);
  createPairedOperators(before.db).add({ name: 'phone', role: 'admin', channel: 'qq', user: 'u', pairedAt: 1 });
  before.close();
  const db = new DatabaseSync(file, { defensive: false });
  db.exec(
    `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'subject, person', 'person, subject') WHERE name = 'outbox_thread'`,
  );
  db.close();
  const store = opened(dataDir);
  expect(takeFindings(store.db).damaged).toContain(`${file}.damaged-`);
  expect(createPairedOperators(store.db).list()).toMatchObject([{ name: 'phone', user: 'u' }]);
  expect(countOf(store, 'outbox')).toBe(0);
});

test.each([
  ['the tables of another program', 'CREATE TABLE seen (id TEXT)'],
  ['a table too few', `CREATE TABLE other (id TEXT); PRAGMA user_version = ${MIGRATIONS.length}`],
])('a database with %s is set aside', (_what, sql) => {
  const { dataDir, file } = folders();
  mkdirSync(dataDir);
  const other = new DatabaseSync(file);
  other.exec(sql);
  other.close();
  expect(takeFindings(opened(dataDir).db).damaged).toMatch(/damaged/);
});

test('an empty file is a new store, not a damaged one', () => {
  const { dataDir, file } = folders();
  mkdirSync(dataDir);
  writeFileSync(file, '');
  const store = opened(dataDir);
  expect([store.where, takeFindings(store.db)]).toEqual(['disk', NOTHING]);
});

test('a log without its database is kept', () => {
  const { dataDir, file } = folders();
  mkdirSync(dataDir);
  writeFileSync(`${file}-wal`, 'committed once');
  const { damaged } = takeFindings(opened(dataDir).db);
  expect(readFileSync(`${damaged}-wal`, 'utf8')).toBe('committed once');
});

test('a log that was cut off costs only what was written last', () => {
  const { dataDir, file } = folders();
  const before = opened(dataDir);
  note(before, 'early');
  const length = statSync(`${file}-wal`).size;
  note(before, 'late');
  const [main, log] = [readFileSync(file), readFileSync(`${file}-wal`)];
  before.close();
  writeFileSync(file, main);
  writeFileSync(`${file}-wal`, log.subarray(0, length + 100));
  const store = opened(dataDir);
  expect([store.where, takeFindings(store.db)]).toEqual(['disk', NOTHING]);
  expect([noted(store, 'early'), noted(store, 'late')]).toEqual(['early', null]);
});

test('a database of a newer Lifeline is refused and left as it is', () => {
  const { dataDir, file } = folders();
  mkdirSync(dataDir);
  const newer = new DatabaseSync(file);
  newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  newer.close();
  for (const _again of [1, 2])
    expect(() => opened(dataDir)).toThrow(expect.objectContaining({ code: 'STORE_TOO_NEW' }) as Error);
  expect(readdirSync(dataDir).sort()).toEqual(['lifeline.db', 'lifeline.lock']);
});

test('a database that another program holds is not damaged: Lifeline goes on in memory and comes back', () => {
  const { dataDir, file } = folders();
  const handover = processOf();
  const before = opened(dataDir);
  note(before, 'a');
  before.close();
  const other = new DatabaseSync(file);
  onTestFinished(() => {
    if (other.isOpen) other.close();
  });
  other.exec('BEGIN IMMEDIATE');
  const now = Date.now();
  const store = opened(dataDir, { handover, now });
  expect(store).toMatchObject({
    where: 'memory',
    problem: { kind: 'unusable', detail: expect.stringContaining('locked') as string },
  });
  expect(noted(store, 'a')).toBe('a');
  expect(store.check(now + 60_000)).toBe('ok');
  note(store, 'b');
  other.close();
  // Not at once: a try reads and writes much.
  expect(store.check(now + 70_000)).toBe('ok');
  expect(store.check(now + 120_000)).toBe('disk_is_back');
  store.close();
  const back = opened(dataDir, { handover });
  expect([back.where, takeFindings(back.db)]).toEqual(['disk', NOTHING]);
  expect([noted(back, 'a'), noted(back, 'b')]).toEqual(['a', 'b']);
});

test('what is in memory alone ends with its process', () => {
  const { dataDir } = folders();
  writeFileSync(dataDir, '');
  const first = opened(dataDir);
  expect(first).toMatchObject({ where: 'memory', problem: { kind: 'unusable' } });
  note(first, 'a');
  first.close();
  expect(noted(opened(dataDir), 'a')).toBe(null);
});

test('what began in memory knows nothing of a folder that could not be read: the two are merged, and the old one is kept', () => {
  const { dataDir, file } = folders();
  const handover = processOf();
  const before = opened(dataDir, { now: 1_000 });
  fillTables(before, 5);
  note(before, 'paired', 'before');
  note(before, 'both', 'before');
  before.db.exec(`INSERT INTO restarts (gateway, remedy, requested_by, at) VALUES ('main', 'restart', 'auto', 1)`);
  before.close();
  const away = `${dataDir}.away`;
  renameSync(dataDir, away);
  writeFileSync(dataDir, '');

  const inMemory = opened(dataDir, { handover, now: 2_000 });
  expect(countOf(inMemory, 'outbox')).toBe(0);
  fillTables(inMemory, 2);
  note(inMemory, 'both', 'memory');
  inMemory.close();
  rmSync(dataDir);
  renameSync(away, dataDir);

  const store = opened(dataDir, { handover, now: 3_000 });
  expect(store).toMatchObject({ where: 'disk', problem: null });
  expect([noted(store, 'paired'), noted(store, 'both')]).toEqual(['before', 'memory']);
  expect([countOf(store, 'outbox'), countOf(store, 'deliveries'), countOf(store, 'restarts')]).toEqual([2, 2, 1]);
  expect(store.db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  const replaced = new DatabaseSync(`${file}.replaced`, { readOnly: true });
  expect(countOf({ db: replaced }, 'outbox')).toBe(5);
  replaced.close();
  // It is the disk's now: the next time in memory is of it.
  expect(noted(store, 'store.apart')).toBe(null);
});

test('a command that would change the database beside a Lifeline in memory is refused', () => {
  const { dataDir } = folders();
  const now = Date.now();
  const store = opened(dataDir, { now: now - 120_000 });
  expect(() => openBeside(dataDir)).toThrow(expect.objectContaining({ code: 'STORE_IN_MEMORY' }) as Error);
  expect(store.check(now)).toBe('ok');
  openBeside(dataDir).close();
  store.close();
});

/** A data folder, and a fallback folder that began as a copy of it. */
const withEarlier = (mark: number, fill: (db: DatabaseSync) => void = () => undefined) => {
  const all = folders();
  const earlier = join(all.folder, 'earlier');
  const disk = opened(all.dataDir, { now: 1_000 });
  note(disk, 'a', 'disk');
  disk.close();
  leaveEarlier(
    earlier,
    (db) => {
      fill(db);
      note({ db }, 'a', 'earlier');
      note({ db }, 'store.mark', String(mark));
    },
    all.file,
  );
  return { ...all, earlier };
};

test('what an earlier Lifeline left in its fallback folder is found, written to the disk and removed', () => {
  const { dataDir, earlier } = withEarlier(2_000, (db) => fillTables({ db }, 20));
  const store = opened(dataDir, { earlier, now: 3_000 });
  expect([store.where, noted(store, 'a'), countOf(store, 'outbox'), countOf(store, 'deliveries')]).toEqual([
    'disk',
    'earlier',
    20,
    20,
  ]);
  expect(existsSync(earlier)).toBe(false);
});

test('it is found in any of its layouts, also where the data folder still cannot be used; then it stays', () => {
  const { folder, dataDir } = folders();
  const earlier = join(folder, 'earlier');
  mkdirSync(earlier);
  const old = ofLayout(join(earlier, 'lifeline.db'), LAYOUT_OF_THREADS);
  fillQueue(old);
  old.exec(`INSERT INTO meta VALUES ('store.mark', '2000')`);
  old.close();
  writeFileSync(dataDir, '');
  const handover = processOf();
  const now = Date.now();
  const store = opened(dataDir, { earlier, handover, now });
  expect([store.where, queueOf(store.db), existsSync(earlier)]).toEqual(['memory', QUEUE, true]);
  rmSync(dataDir);
  expect(store.check(now + 60_000)).toBe('disk_is_back');
  store.close();
  const back = opened(dataDir, { earlier, handover });
  expect([back.where, queueOf(back.db)]).toEqual(['disk', QUEUE]);
  back.close();
  release(handover);
  // It is older than what is on the disk by now.
  expect(queueOf(opened(dataDir, { earlier }).db)).toEqual(QUEUE);
  expect(existsSync(earlier)).toBe(false);
});

test('one that is older than what is on the disk is not brought back', () => {
  const { dataDir, earlier } = withEarlier(500);
  expect(noted(opened(dataDir, { earlier }), 'a')).toBe('disk');
  expect(existsSync(earlier)).toBe(false);
});

test.each<[string, (earlier: string) => void]>([
  ['is damaged', (earlier) => writeFileSync(join(earlier, 'lifeline.db'), 'no database '.repeat(500))],
  ['leads elsewhere', (earlier) => (renameSync(earlier, `${earlier}.there`), symlinkSync(`${earlier}.there`, earlier))],
])('one that %s is left as it is', (_what, spoil) => {
  const { dataDir, earlier } = withEarlier(2_000);
  spoil(earlier);
  expect(opened(dataDir, { earlier })).toMatchObject({ where: 'disk', problem: null });
  expect(existsSync(join(earlier, 'lifeline.db'))).toBe(true);
});

test('the fallback folder of an earlier Lifeline has one name for a data folder, by whatever link that is reached', () => {
  const { folder, dataDir } = folders();
  mkdirSync(dataDir);
  symlinkSync(dataDir, `${dataDir}.link`);
  const name = earlierFallback(dataDir, folder);
  expect(name).toMatch(/lifeline-(?:\d+|user)-[0-9a-f]{16}$/);
  expect(earlierFallback(`${dataDir}.link`, folder)).toBe(name);
  expect(earlierFallback(join(`${dataDir}.link`, 'none'), folder)).toBe(earlierFallback(join(dataDir, 'none'), folder));
  expect(earlierFallback(`${dataDir}2`, folder)).not.toBe(name);
});
