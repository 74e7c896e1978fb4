/** Whenever Lifeline is killed while it opens its store, the newest data is found at the next opening. */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { fallbackFolder } from '../../src/store/recovery/fallback-folder.ts';
import { ownFolder } from './helpers.ts';
import { killPoints, type KillPoint } from './kill-points.ts';
import { canMount, smallDisk } from './small-disk.ts';
import {
  countOf,
  fillQueue,
  fillTables,
  LAYOUT_OF_THREADS,
  note,
  noted,
  ofLayout,
  opened,
  QUEUE,
  queueOf,
} from './store-fixture.ts';

interface Setting {
  readonly folder: string;
  readonly dataDir: string;
  readonly fallbackDir: string;
  readonly file: string;
}

const setting = (folder = ownFolder()): Setting => ({
  folder,
  dataDir: join(folder, 'data'),
  fallbackDir: join(folder, 'memory'),
  file: join(folder, 'data', 'lifeline.db'),
});

/** Opens and closes the store, and then once more from every state in which a kill would have left it. */
const atEveryKill = ({ dataDir, fallbackDir }: Setting, check: (point: KillPoint) => void): void => {
  const points = killPoints([dataDir, fallbackDir], ownFolder(), () => opened(dataDir, fallbackDir).close());
  // A test that kills nowhere proves nothing.
  expect(points.length).toBeGreaterThan(5);
  for (const point of points) {
    point.restore();
    check(point);
  }
};

/** A data folder, and a fallback store that began as a copy of it and has seen more since. */
const withNewerSpare = (at: Setting): void => {
  const { dataDir, fallbackDir, file } = at;
  const disk = opened(dataDir, fallbackDir, { now: 1_000 });
  fillTables(disk, 20);
  note(disk, 'a', 'disk');
  disk.close();
  const folder = fallbackFolder(dataDir, fallbackDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  cpSync(file, join(folder, 'lifeline.db'));
  const fallback = new DatabaseSync(join(folder, 'lifeline.db'));
  note({ db: fallback }, 'a', 'spare');
  note({ db: fallback }, 'store.mark', '2000');
  fallback.exec('DELETE FROM outbox WHERE id > 15');
  fallback.close();
};

test.runIf(IN_DEPTH)('while the fallback store is brought back', () => {
  const at = setting();
  withNewerSpare(at);
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, at.fallbackDir);
    expect([
      before,
      store.where,
      store.setAside,
      noted(store, 'a'),
      countOf(store, 'audit'),
      countOf(store, 'outbox'),
      countOf(store, 'deliveries'),
    ]).toEqual([before, 'disk', null, 'spare', 20, 15, 15]);
    store.close();
    expect(existsSync(fallbackFolder(at.dataDir, at.fallbackDir))).toBe(false);
  });
});

test('while a fallback store that began empty is merged with what it did not know', () => {
  const at = setting();
  const disk = opened(at.dataDir, at.fallbackDir, { now: 1_000 });
  fillTables(disk, 20);
  note(disk, 'a', 'disk');
  note(disk, 'paired', 'disk');
  disk.close();
  const away = `${at.dataDir}.away`;
  cpSync(at.dataDir, away, { recursive: true });
  rmSync(at.dataDir, { recursive: true });
  writeFileSync(at.dataDir, '');
  const fallback = opened(at.dataDir, at.fallbackDir, { now: 2_000 });
  note(fallback, 'a', 'spare');
  fillTables(fallback, 3);
  fallback.close();
  rmSync(at.dataDir);
  cpSync(away, at.dataDir, { recursive: true });
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, at.fallbackDir);
    expect([
      before,
      store.where,
      store.setAside,
      noted(store, 'a'),
      noted(store, 'paired'),
      countOf(store, 'outbox'),
    ]).toEqual([before, 'disk', null, 'spare', 'disk', 3]);
    store.close();
    const replaced = new DatabaseSync(`${at.file}.replaced`, { readOnly: true });
    expect([before, countOf({ db: replaced }, 'outbox')]).toEqual([before, 20]);
    replaced.close();
  });
});

test.runIf(IN_DEPTH)('while a damaged database is replaced by what can be read of it', () => {
  const at = setting();
  const disk = opened(at.dataDir, at.fallbackDir);
  fillTables(disk, 20);
  disk.db.exec('DROP TABLE qq_lacks');
  disk.close();
  const spoiled = readFileSync(at.file);
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, at.fallbackDir);
    expect([
      before,
      store.where,
      countOf(store, 'audit'),
      countOf(store, 'outbox'),
      countOf(store, 'deliveries'),
      countOf(store, 'qq_lacks'),
    ]).toEqual([before, 'disk', 20, 20, 20, 0]);
    store.close();
    const aside = readdirSync(at.dataDir).filter((name) => /damaged-[^Z]*Z$/.test(name));
    expect([before, aside.length]).toEqual([before, 1]);
    expect(readFileSync(join(at.dataDir, aside[0] ?? '')).equals(spoiled)).toBe(true);
  });
});

test('while the layout is changed', () => {
  const at = setting();
  mkdirSync(at.dataDir);
  const old = new DatabaseSync(at.file);
  old.exec(
    `PRAGMA journal_mode = WAL; ${MIGRATIONS.slice(0, 3).join(';')}; PRAGMA user_version = 3; INSERT INTO meta VALUES ('a', 'old')`,
  );
  old.close();
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, at.fallbackDir);
    expect([
      before,
      store.where,
      store.setAside,
      noted(store, 'a'),
      store.db.prepare('PRAGMA user_version').get(),
    ]).toEqual([before, 'disk', null, 'old', { user_version: MIGRATIONS.length }]);
    store.close();
    expect(readdirSync(at.dataDir).filter((name) => name.includes('before'))).toHaveLength(1);
  });
});

test.runIf(IN_DEPTH)('while what its queue is about becomes two columns', () => {
  const at = setting();
  mkdirSync(at.dataDir);
  const old = ofLayout(at.file, LAYOUT_OF_THREADS);
  fillQueue(old);
  old.close();
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, at.fallbackDir);
    expect([before, store.where, store.setAside, queueOf(store.db)]).toEqual([before, 'disk', null, QUEUE]);
    store.close();
  });
});

test('while a damaged database of an earlier layout is replaced by what can be read of it', () => {
  const at = setting();
  mkdirSync(at.dataDir);
  const old = ofLayout(at.file, LAYOUT_OF_THREADS);
  fillQueue(old);
  const { root, size } = old
    .prepare(
      `SELECT rootpage AS root, page_size AS size FROM sqlite_schema, pragma_page_size WHERE name = 'outbox_thread'`,
    )
    .get() as { root: number; size: number };
  old.close();
  // The step that makes two columns of one fails on it; all rows can be read.
  const file = openSync(at.file, 'r+');
  writeSync(file, Buffer.alloc(size, 0x5a), 0, size, (root - 1) * size);
  closeSync(file);
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, at.fallbackDir);
    expect([before, store.where, queueOf(store.db)]).toEqual([before, 'disk', QUEUE]);
    store.close();
    const aside = readdirSync(at.dataDir).filter((name) => /damaged-[^Z]*Z$/.test(name));
    expect([before, aside.length]).toEqual([before, 1]);
  });
});

test.skipIf(!canMount)('while the store goes to memory (needs root and mount)', () => {
  const disk = smallDisk();
  const at = { ...setting(), dataDir: disk.path };
  const first = opened(at.dataDir, at.fallbackDir);
  fillTables(first, 20);
  note(first, 'a', 'disk');
  first.close();
  disk.readOnly();
  const points = killPoints([at.fallbackDir], ownFolder(), () => opened(at.dataDir, at.fallbackDir).close());
  expect(points.length).toBeGreaterThan(5);
  for (const { before, restore } of points) {
    restore();
    const store = opened(at.dataDir, at.fallbackDir);
    expect([before, store.where, noted(store, 'a'), countOf(store, 'outbox')]).toEqual([
      before,
      'fallback',
      'disk',
      20,
    ]);
    store.close();
  }
  // And straight back to the disk from each.
  disk.writable();
  for (const { before, restore } of points) {
    restore();
    const store = opened(at.dataDir, at.fallbackDir);
    expect([before, store.where, noted(store, 'a'), countOf(store, 'outbox')]).toEqual([before, 'disk', 'disk', 20]);
    store.close();
  }
});
