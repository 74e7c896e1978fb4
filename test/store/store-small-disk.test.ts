/** The store on a disk that is really full or really read-only. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { lockFolder } from '../../src/store/sqlite-lock.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { fallbackFolder } from '../../src/store/recovery/fallback-folder.ts';
import { isStoreError } from '../../src/store/store.ts';
import { ownFolder } from './helpers.ts';
import { canMount, smallDisk } from './small-disk.ts';
import { countOf, fillTables, note, noted, opened } from './store-fixture.ts';

const MINUTE = 60_000;

describe.skipIf(!canMount)('on a file system of its own (needs root and mount)', () => {
  test('a disk that fills up: the store is lost, goes on in memory with everything, and comes back when there is room', () => {
    const disk = smallDisk();
    const dataDir = join(disk.path, 'data');
    const fallbackDir = ownFolder();
    const now = Date.now();
    const first = opened(dataDir, fallbackDir, { now });
    fillTables(first, 50);
    note(first, 'a');
    disk.fill();
    let thrown: unknown;
    try {
      fillTables(first);
    } catch (error) {
      thrown = error;
    }
    expect(isStoreError(thrown)).toBe(true);
    if (first.db.isTransaction) first.db.exec('ROLLBACK');
    expect(first.check(now)).toBe('lost');
    first.close();

    const second = opened(dataDir, fallbackDir, { now });
    expect(second).toMatchObject({
      where: 'fallback',
      setAside: null,
      problem: { kind: 'full', detail: expect.stringMatching(/full|space/) as string },
    });
    expect(countOf(second, 'outbox')).toBe(50);
    note(second, 'b');
    expect(second.check(now + MINUTE)).toBe('ok');
    second.close();

    // Lifeline starts anew meanwhile, and the disk is as full as before.
    const third = opened(dataDir, fallbackDir, { now: now + MINUTE });
    expect(third).toMatchObject({ where: 'fallback', problem: { kind: 'full' } });
    expect([noted(third, 'a'), noted(third, 'b')]).toEqual(['a', 'b']);
    disk.free();
    expect(third.check(now + 3 * MINUTE)).toBe('disk_is_back');
    third.close();

    const back = opened(dataDir, fallbackDir, { now: now + 3 * MINUTE });
    expect(back).toMatchObject({ where: 'disk', problem: null, setAside: null });
    expect([noted(back, 'a'), noted(back, 'b'), countOf(back, 'outbox'), countOf(back, 'deliveries')]).toEqual([
      'a',
      'b',
      50,
      50,
    ]);
    expect(readdirSync(fallbackDir)).toEqual([]);
  });

  test('room for a little is not enough to come back to', () => {
    const disk = smallDisk('3m');
    const dataDir = join(disk.path, 'data');
    disk.fill();
    const now = Date.now();
    const store = opened(dataDir, ownFolder(), { now });
    expect(store).toMatchObject({ where: 'fallback', problem: { kind: 'full' } });
    disk.free();
    expect(store.check(now + MINUTE)).toBe('ok');
  });

  test('too little room to bring the fallback store back in: the disk stays as it was and the fallback store goes on', () => {
    const disk = smallDisk('3m');
    const dataDir = join(disk.path, 'data');
    const fallbackDir = ownFolder();
    const first = opened(dataDir, fallbackDir);
    note(first, 'a', 'before');
    first.close();
    disk.fill();
    const second = opened(dataDir, fallbackDir);
    note(second, 'a', 'after');
    fillTables(second, 5_000);
    second.close();
    disk.free();
    const third = opened(dataDir, fallbackDir);
    expect(third).toMatchObject({ where: 'fallback', problem: { kind: 'full' } });
    expect([noted(third, 'a'), countOf(third, 'outbox')]).toEqual(['after', 5_000]);
    const onDisk = new DatabaseSync(join(dataDir, 'lifeline.db'), { readOnly: true });
    expect([noted({ db: onDisk }, 'a'), countOf({ db: onDisk }, 'outbox')]).toEqual(['before', 0]);
    onDisk.close();
  });

  test('a read-only disk: the store is in memory, only one Lifeline has it, and it comes back', () => {
    const disk = smallDisk();
    const fallbackDir = ownFolder();
    const first = opened(disk.path, fallbackDir);
    note(first, 'a');
    first.close();
    disk.readOnly();

    const now = Date.now();
    const second = opened(disk.path, fallbackDir, { now });
    expect(second).toMatchObject({
      where: 'fallback',
      setAside: null,
      problem: { kind: 'read_only', detail: expect.stringMatching(/read.?only/) as string },
    });
    expect(noted(second, 'a')).toBe('a');
    note(second, 'b');
    const another = (): unknown => opened(disk.path, fallbackDir);
    expect(another).toThrow(
      expect.objectContaining({
        code: 'ALREADY_RUNNING',
        message: expect.stringContaining(disk.path) as string,
      }) as Error,
    );
    expect(second.check(now + MINUTE)).toBe('ok');
    second.close();

    // Whoever cannot write the folder and finds another memory still finds the lock of one that could write it.
    disk.writable();
    const third = opened(disk.path, fallbackDir);
    expect(third.where).toBe('disk');
    expect([noted(third, 'a'), noted(third, 'b')]).toEqual(['a', 'b']);
    expect(existsSync(fallbackFolder(disk.path, fallbackDir))).toBe(false);
    expect(() => opened(disk.path, ownFolder())).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
  });

  test('a read-only disk that becomes writable while Lifeline is in memory gives no room to a second one', () => {
    const disk = smallDisk();
    const fallbackDir = ownFolder();
    opened(disk.path, fallbackDir).close();
    disk.readOnly();
    const now = Date.now();
    const store = opened(disk.path, fallbackDir, { now });
    expect(store).toMatchObject({ where: 'fallback', problem: { kind: 'read_only' } });
    disk.writable();
    expect(() => opened(disk.path, fallbackDir)).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
    // Even one that looks for its memory elsewhere: the lock in the folder is shared, at least.
    expect(() => opened(disk.path, ownFolder())).toThrow(expect.objectContaining({ code: 'ALREADY_RUNNING' }) as Error);
    expect(store.check(now + MINUTE)).toBe('disk_is_back');
  });

  test('a lock on a read-only folder does not count as held alone', () => {
    const disk = smallDisk();
    const first = lockFolder(disk.path);
    expect(first.alone).toBe(true);
    first.release();
    disk.readOnly();
    const [one, other] = [lockFolder(disk.path), lockFolder(disk.path)];
    expect([one.alone, other.alone]).toEqual([false, false]);
    one.release();
    other.release();
  });

  test('an older fallback store, or one that was hardly begun, gives way to what can be read of a read-only disk', () => {
    const disk = smallDisk();
    const fallbackDir = ownFolder();
    const fallback = join(fallbackFolder(disk.path, fallbackDir), 'lifeline.db');
    const first = opened(disk.path, fallbackDir, { now: 1_000 });
    note(first, 'a', 'old');
    // As a kill leaves it: much of it stands in the log.
    const [main, log] = ['', '-wal'].map((suffix) => readFileSync(join(disk.path, `lifeline.db${suffix}`)));
    note(first, 'a', 'new');
    first.check(2_000);
    first.db.exec('VACUUM');
    first.close();
    disk.readOnly();
    mkdirSync(dirname(fallback));
    writeFileSync(fallback, main ?? '');
    writeFileSync(`${fallback}-wal`, log ?? '');
    const second = opened(disk.path, fallbackDir, { now: 3_000 });
    expect([second.where, noted(second, 'a')]).toEqual(['fallback', 'new']);
    second.close();

    // A database from before there were marks.
    disk.writable();
    rmSync(fallbackDir, { recursive: true });
    const old = new DatabaseSync(join(disk.path, 'lifeline.db'));
    note({ db: old }, 'a', 'of long ago');
    old.exec(`DELETE FROM meta WHERE key = 'store.mark'`);
    old.close();
    disk.readOnly();
    mkdirSync(dirname(fallback), { recursive: true });
    writeFileSync(fallback, '');
    const third = opened(disk.path, fallbackDir);
    expect([third.where, noted(third, 'a')]).toEqual(['fallback', 'of long ago']);
    third.close();

    // A log that has lost its database belongs to no other.
    rmSync(fallback);
    writeFileSync(`${fallback}-wal`, log ?? '');
    const fourth = opened(disk.path, fallbackDir);
    expect([fourth.where, noted(fourth, 'a')]).toEqual(['fallback', 'of long ago']);
  });

  test('a damaged file on a read-only disk: what can be read is in memory, the file stays, and is set aside later', () => {
    const disk = smallDisk();
    const fallbackDir = ownFolder();
    const file = join(disk.path, 'lifeline.db');
    const first = opened(disk.path, fallbackDir);
    fillTables(first);
    first.close();
    const all = readFileSync(file);
    all.fill(0x5a, Math.floor(all.length / 2 / 4096) * 4096, Math.floor(all.length / 2 / 4096) * 4096 + 4096);
    writeFileSync(file, all);
    disk.readOnly();
    const second = opened(disk.path, fallbackDir);
    expect(second).toMatchObject({ where: 'fallback', setAside: null, problem: { kind: 'read_only' } });
    const saved = countOf(second, 'audit') + countOf(second, 'outbox');
    expect(saved).toBeGreaterThan(700);
    note(second, 'b');
    second.close();
    disk.writable();
    const third = opened(disk.path, fallbackDir);
    expect(third).toMatchObject({ where: 'disk', setAside: expect.stringMatching(/damaged/) as string });
    expect([noted(third, 'b'), countOf(third, 'audit') + countOf(third, 'outbox')]).toEqual(['b', saved]);
    expect(readFileSync(third.setAside ?? '').equals(all)).toBe(true);
  });

  test('an upgrade that finds no room for the copy from before changes nothing on the disk and goes on in memory', () => {
    const disk = smallDisk('2m');
    const fallbackDir = ownFolder();
    const file = join(disk.path, 'lifeline.db');
    const old = new DatabaseSync(file);
    old.exec(
      `${MIGRATIONS.slice(0, 3).join(';')}; PRAGMA user_version = 3; INSERT INTO meta VALUES ('a', 'a'); CREATE TABLE ballast AS SELECT zeroblob(1000000) AS b`,
    );
    old.close();
    const store = opened(disk.path, fallbackDir);
    expect(store).toMatchObject({ where: 'fallback', setAside: null, problem: { kind: 'full' } });
    expect(noted(store, 'a')).toBe('a');
    const onDisk = new DatabaseSync(file);
    expect(onDisk.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    onDisk.close();
    expect(readdirSync(disk.path).filter((name) => /before|copy/.test(name))).toEqual([]);
  });

  test('no room in the memory either: the store goes on and loses only what it cannot keep', () => {
    const disk = smallDisk();
    const memory = smallDisk('1m');
    disk.fill();
    memory.fill();
    const store = opened(disk.path, join(memory.path, 'spare'));
    expect(store).toMatchObject({ where: 'fallback', problem: { kind: 'full' } });
    note(store, 'a');
    expect(store.check(Date.now())).toBe('ok');
  });
});
