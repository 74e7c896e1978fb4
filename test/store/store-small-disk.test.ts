/** The store on a disk that is really full or really read-only. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { takeFindings } from '../../src/store/store.ts';
import { isStoreError } from '../../src/store/store-errors.ts';
import { canMount, smallDisk } from './small-disk.ts';
import { countOf, fillTables, note, noted, opened, processOf } from './store-fixture.ts';

const MINUTE = 60_000;

describe.skipIf(!canMount)('on a file system of its own (needs root and mount)', () => {
  test('a disk that fills up: the store is lost, goes on in memory with everything, and comes back when there is room', () => {
    const disk = smallDisk();
    const dataDir = join(disk.path, 'data');
    const handover = processOf();
    const now = Date.now();
    const first = opened(dataDir, { handover, now });
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

    const second = opened(dataDir, { handover, now });
    expect(second).toMatchObject({
      where: 'memory',
      problem: { kind: 'full', detail: expect.stringMatching(/full|space/) as string },
    });
    expect(countOf(second, 'outbox')).toBe(50);
    note(second, 'b');
    expect(second.check(now + MINUTE)).toBe('ok');
    second.close();

    // A new configuration is taken meanwhile, and the disk is as full as before.
    const third = opened(dataDir, { handover, now: now + MINUTE });
    expect(third).toMatchObject({ where: 'memory', problem: { kind: 'full' } });
    expect([noted(third, 'a'), noted(third, 'b')]).toEqual(['a', 'b']);
    disk.free();
    expect(third.check(now + 3 * MINUTE)).toBe('disk_is_back');
    third.close();

    const back = opened(dataDir, { handover, now: now + 3 * MINUTE });
    expect(back).toMatchObject({ where: 'disk', problem: null });
    expect(takeFindings(back.db)).toEqual({ damaged: null, removed: false });
    expect([noted(back, 'a'), noted(back, 'b'), countOf(back, 'outbox'), countOf(back, 'deliveries')]).toEqual([
      'a',
      'b',
      50,
      50,
    ]);
  });

  test('a Lifeline that is killed meanwhile finds what was on the disk before, full as it is', () => {
    const disk = smallDisk();
    const first = opened(disk.path);
    fillTables(first, 50);
    const files = ['', '-wal', '-shm'].map((suffix) => `lifeline.db${suffix}`);
    const killed = files.map((name) => readFileSync(join(disk.path, name)));
    first.close();
    // As a kill leaves it: much of it stands in the log.
    files.forEach((name, index) => writeFileSync(join(disk.path, name), killed[index] ?? ''));
    disk.fill();
    const second = opened(disk.path);
    expect([second.where, countOf(second, 'outbox')]).toEqual(['memory', 50]);
  });

  test('room for a little is not enough to come back to', () => {
    const disk = smallDisk('3m');
    const dataDir = join(disk.path, 'data');
    disk.fill();
    const now = Date.now();
    const store = opened(dataDir, { now });
    expect(store).toMatchObject({ where: 'memory', problem: { kind: 'full' } });
    disk.free();
    expect(store.check(now + MINUTE)).toBe('ok');
  });

  test('too little room to bring the store back: the disk stays as it was, and all goes on in memory', () => {
    const disk = smallDisk('3m');
    const dataDir = join(disk.path, 'data');
    const handover = processOf();
    const first = opened(dataDir, { handover });
    note(first, 'a', 'before');
    first.close();
    disk.fill();
    const second = opened(dataDir, { handover });
    note(second, 'a', 'after');
    fillTables(second, 5_000);
    second.close();
    disk.free();
    const third = opened(dataDir, { handover });
    expect(third).toMatchObject({ where: 'memory', problem: { kind: 'full' } });
    expect([noted(third, 'a'), countOf(third, 'outbox')]).toEqual(['after', 5_000]);
    const onDisk = new DatabaseSync(join(dataDir, 'lifeline.db'), { readOnly: true });
    expect([noted({ db: onDisk }, 'a'), countOf({ db: onDisk }, 'outbox')]).toEqual(['before', 0]);
    onDisk.close();
  });

  test('a disk that is read-only when Lifeline starts: what is there is in memory, one that can write there is kept out, and all comes back', () => {
    const disk = smallDisk();
    const handover = processOf();
    const before = opened(disk.path);
    note(before, 'a');
    before.close();
    disk.readOnly();
    const now = Date.now();
    const first = opened(disk.path, { handover, now });
    expect(first).toMatchObject({
      where: 'memory',
      problem: { kind: 'read_only', detail: expect.stringMatching(/read.?only/) as string },
    });
    expect(noted(first, 'a')).toBe('a');
    note(first, 'b');
    expect(first.check(now + MINUTE)).toBe('ok');
    first.close();
    const second = opened(disk.path, { handover, now });
    expect([noted(second, 'a'), noted(second, 'b')]).toEqual(['a', 'b']);
    disk.writable();
    const another = (): unknown => opened(disk.path);
    const refused = expect.objectContaining({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(disk.path) as string,
    }) as Error;
    expect(another).toThrow(refused);
    expect(second.check(now + 2 * MINUTE)).toBe('disk_is_back');
    second.close();
    const third = opened(disk.path, { handover });
    expect([third.where, noted(third, 'a'), noted(third, 'b')]).toEqual(['disk', 'a', 'b']);
    expect(another).toThrow(refused);
  });

  test('a damaged file on a read-only disk: a new store is begun in memory, the file stays, and is set aside and told later', () => {
    const disk = smallDisk();
    const handover = processOf();
    const file = join(disk.path, 'lifeline.db');
    const first = opened(disk.path);
    fillTables(first);
    first.close();
    const all = readFileSync(file);
    all.fill(0x5a, Math.floor(all.length / 2 / 4096) * 4096, Math.floor(all.length / 2 / 4096) * 4096 + 4096);
    writeFileSync(file, all);
    disk.readOnly();
    const now = Date.now();
    const second = opened(disk.path, { handover, now });
    expect(second).toMatchObject({ where: 'memory', problem: { kind: 'read_only' } });
    note(second, 'b');
    disk.writable();
    expect(second.check(now + MINUTE)).toBe('disk_is_back');
    second.close();
    const third = opened(disk.path, { handover });
    const { damaged } = takeFindings(third.db);
    expect([third.where, noted(third, 'b'), damaged]).toEqual(['disk', 'b', expect.stringMatching(/damaged/)]);
    expect(readFileSync(damaged ?? '').equals(all)).toBe(true);
  });

  test('an upgrade that finds no room for the copy from before changes nothing on the disk and goes on in memory', () => {
    const disk = smallDisk('2m');
    const file = join(disk.path, 'lifeline.db');
    const old = new DatabaseSync(file);
    old.exec(
      `${MIGRATIONS.slice(0, 3).join(';')}; PRAGMA user_version = 3; INSERT INTO meta VALUES ('a', 'a'); CREATE TABLE ballast AS SELECT zeroblob(1000000) AS b`,
    );
    old.close();
    const store = opened(disk.path);
    expect(store).toMatchObject({ where: 'memory', problem: { kind: 'full' } });
    expect(noted(store, 'a')).toBe('a');
    const onDisk = new DatabaseSync(file);
    expect(onDisk.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    onDisk.close();
    expect(readdirSync(disk.path).filter((name) => /before|copy/.test(name))).toEqual([]);
  });
});
