/** Whenever Lifeline is killed while it opens or leaves its store, the newest data on the disk is found at the next opening. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { ownFolder } from './helpers.ts';
import { killPoints, type KillPoint } from './kill-points.ts';
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

interface Setting {
  readonly dataDir: string;
  /** What an earlier Lifeline left in memory. */
  readonly earlier: string;
  readonly file: string;
}

const setting = (folder = ownFolder()): Setting => ({
  dataDir: join(folder, 'data'),
  earlier: join(folder, 'memory'),
  file: join(folder, 'data', 'lifeline.db'),
});

/** Opens and closes the store, and then checks every state in which a kill would have left it. */
const atEveryKill = ({ dataDir, earlier }: Setting, check: (point: KillPoint) => void): void => {
  const points = killPoints([dataDir, earlier], ownFolder(), () => opened(dataDir, { earlier }).close());
  // A test that kills nowhere proves nothing.
  expect(points.length).toBeGreaterThan(5);
  for (const point of points) {
    point.restore();
    check(point);
  }
};

test('while the fallback store of an earlier Lifeline is brought back', () => {
  const at = setting();
  const disk = opened(at.dataDir, { now: 1_000 });
  fillTables(disk, 20);
  note(disk, 'a', 'disk');
  disk.close();
  leaveEarlier(
    at.earlier,
    (db) => {
      note({ db }, 'a', 'earlier');
      note({ db }, 'store.mark', '2000');
      db.exec('DELETE FROM outbox WHERE id > 15');
    },
    at.file,
  );
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, { earlier: at.earlier });
    expect([
      before,
      store.where,
      noted(store, 'a'),
      countOf(store, 'audit'),
      countOf(store, 'outbox'),
      countOf(store, 'deliveries'),
    ]).toEqual([before, 'disk', 'earlier', 20, 15, 15]);
    store.close();
    expect(existsSync(join(at.earlier, 'lifeline.db'))).toBe(false);
  });
});

test('while a fallback store that began empty is merged with what it did not know', () => {
  const at = setting();
  const disk = opened(at.dataDir, { now: 1_000 });
  fillTables(disk, 20);
  note(disk, 'a', 'disk');
  note(disk, 'paired', 'disk');
  disk.close();
  leaveEarlier(at.earlier, (db) => {
    fillTables({ db }, 3);
    note({ db }, 'a', 'earlier');
    note({ db }, 'store.mark', '2000');
    note({ db }, 'store.apart', 'yes');
  });
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir, { earlier: at.earlier });
    expect([before, store.where, noted(store, 'a'), noted(store, 'paired'), countOf(store, 'outbox')]).toEqual([
      before,
      'disk',
      'earlier',
      'disk',
      3,
    ]);
    store.close();
    const replaced = new DatabaseSync(`${at.file}.replaced`, { readOnly: true });
    expect([before, countOf({ db: replaced }, 'outbox')]).toEqual([before, 20]);
    replaced.close();
  });
});

test('while what is in memory is brought back: the disk has all of it, or is as it was', () => {
  const at = setting();
  const before = opened(at.dataDir);
  fillTables(before, 20);
  note(before, 'a', 'disk');
  before.close();
  const handover = processOf();
  const other = new DatabaseSync(at.file);
  other.exec('BEGIN IMMEDIATE');
  const store = opened(at.dataDir, { handover });
  expect(store.where).toBe('memory');
  note(store, 'a', 'memory');
  store.db.exec('DELETE FROM outbox WHERE id > 15');
  other.close();
  store.close();
  const states = new Set<string>();
  const points = killPoints([at.dataDir], ownFolder(), () => {
    opened(at.dataDir, { handover }).close();
    handover.lock?.release();
    handover.lock = null;
  });
  for (const { before: step, restore } of points) {
    restore();
    const next = opened(at.dataDir);
    const state = [noted(next, 'a'), countOf(next, 'outbox'), countOf(next, 'deliveries')].join(' ');
    expect([step, next.where, ['disk 20 20', 'memory 15 15'].includes(state)]).toEqual([step, 'disk', true]);
    states.add(state);
    next.close();
  }
  // Kills before and after the moment at which it is there.
  expect(states.size).toBe(2);
});

test('while a database that was removed is written anew: all of it is there, or none', () => {
  const at = setting();
  const store = opened(at.dataDir);
  fillTables(store, 20);
  rmSync(at.file);
  const states = new Set<string>();
  const points = killPoints([at.dataDir], ownFolder(), () => store.close());
  for (const { before, restore } of points) {
    restore();
    const next = opened(at.dataDir);
    const state = `${countOf(next, 'outbox')} ${countOf(next, 'deliveries')}`;
    expect([before, ['0 0', '20 20'].includes(state)]).toEqual([before, true]);
    states.add(state);
    next.close();
  }
  expect(states.size).toBe(2);
});

test.each<[string, (at: Setting) => void]>([
  [
    'of this layout',
    (at) => {
      const disk = opened(at.dataDir);
      fillTables(disk, 20);
      disk.db.exec('DROP TABLE qq_lacks');
      disk.close();
    },
  ],
  [
    'of an earlier one',
    (at) => {
      mkdirSync(at.dataDir);
      const old = ofLayout(at.file, LAYOUT_OF_THREADS);
      fillQueue(old);
      // The step that renames its column fails.
      old.exec('DROP TABLE outbox');
      old.close();
    },
  ],
])('while a damaged database %s is set aside', (_which, make) => {
  const at = setting();
  make(at);
  const spoiled = readFileSync(at.file);
  atEveryKill(at, ({ before }) => {
    const store = opened(at.dataDir);
    expect([before, store.where, countOf(store, 'outbox'), countOf(store, 'qq_lacks')]).toEqual([before, 'disk', 0, 0]);
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
    const store = opened(at.dataDir);
    expect([before, store.where, noted(store, 'a'), store.db.prepare('PRAGMA user_version').get()]).toEqual([
      before,
      'disk',
      'old',
      { user_version: MIGRATIONS.length },
    ]);
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
    const store = opened(at.dataDir);
    expect([before, store.where, queueOf(store.db)]).toEqual([before, 'disk', QUEUE]);
    store.close();
  });
});
