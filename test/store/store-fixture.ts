import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { createMeta } from '../../src/store/meta.ts';
import { openStore, type Store, type StoreHandover, type StoreOptions } from '../../src/store/store.ts';

/** Opens the store; closed when the test is over, if it is open then. */
export const opened = (dataDir: string, options: StoreOptions = {}): Store => {
  const store = openStore(dataDir, options);
  onTestFinished(() => {
    if (store.db.isOpen) store.close();
  });
  return store;
};

/** A process in which one store is opened after the other. */
export const processOf = (): StoreHandover => {
  const handover: StoreHandover = { lock: null, memory: null };
  onTestFinished(() => {
    handover.memory?.close();
    handover.lock?.release();
  });
  return handover;
};

/** What an earlier Lifeline kept in its fallback folder. */
export const leaveEarlier = (folder: string, fill: (db: DatabaseSync) => void, from?: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lifeline.db');
  if (from !== undefined) cpSync(from, path);
  const db = openDatabase(path);
  fill(db);
  db.close();
};

export const note = ({ db }: Pick<Store, 'db'>, key: string, value = key): void => createMeta(db).set(key, value);
export const noted = ({ db }: Pick<Store, 'db'>, key: string): string | null => createMeta(db).get(key);

/** Many rows in several tables, so that the file has many pages. */
export const fillTables = ({ db }: Pick<Store, 'db'>, rows = 400): void => {
  const audit = db.prepare(
    `INSERT INTO audit (at, channel, sender, command, outcome) VALUES (?, 'qq', 's', ?, 'refused')`,
  );
  const outbox = db.prepare(
    `INSERT INTO outbox (subject, kind, person, message, at, state) VALUES (?, 'opened', 'me', ?, ?, 'open')`,
  );
  const delivery = db.prepare(
    `INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at) VALUES (?, 0, 'qq', 'u', ?, 'idle', 0)`,
  );
  db.exec('BEGIN');
  for (let n = 1; n <= rows; n += 1) {
    audit.run(n, `/status ${'x'.repeat(200)}`);
    const { lastInsertRowid } = outbox.run(n, JSON.stringify({ title: `alert ${n}`, text: 'y'.repeat(200) }), n);
    delivery.run(lastInsertRowid, `key ${n}`);
  }
  db.exec('COMMIT');
};

export const countOf = ({ db }: Pick<Store, 'db'>, table: string): number =>
  Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);

/** A new database of an earlier layout: of so many steps. */
export const ofLayout = (path: string, layout: number): DatabaseSync => {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; ${MIGRATIONS.slice(0, layout).join(';')}; PRAGMA user_version = ${layout}`);
  return db;
};

/** The last layout in which one number, `thread`, said what a notification is about. */
export const LAYOUT_OF_THREADS = MIGRATIONS.findIndex((step) => step.includes('RENAME COLUMN thread TO subject'));

const T = 1_763_700_000_123;
/** As Lifeline made it of a matter of its own. */
const ownThread = (at: number, slot: number): number => -(2 * (at * 16 + slot) + 1);

/** Such numbers, and what they mean. */
export const THREADS: readonly (readonly [thread: number, topic: string, subject: number])[] = [
  [1, 'incident', 1],
  [4_711, 'incident', 4_711],
  [-2, 'treatment', 1],
  [-24, 'treatment', 12],
  [ownThread(T, 15), 'away', T],
  [ownThread(T, 14), 'store', T],
  [ownThread(T + 1, 14), 'store', T + 1],
  [ownThread(T, 13), 'reload', T],
  [ownThread(T, 12), 'answer', T],
  [ownThread(T, 0), 'channel', T],
  [ownThread(T, 1), 'channel', T + 1],
  [ownThread(T, 11), 'channel', T + 11],
];

/** A queue of that layout: of each thread one notification to two people, with a delivery that was tried and one that was not. */
export const fillQueue = (db: DatabaseSync, threads = THREADS.map(([thread]) => thread)): void => {
  const insert = db.prepare(
    `INSERT INTO outbox (thread, kind, person, message, at, state) VALUES (?, 'opened', ?, ?, ?, 'open')`,
  );
  const delivery = db.prepare(
    `INSERT INTO deliveries (entry, rank, channel, user, key, state, next_at, tries) VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
  );
  for (const thread of threads) {
    for (const person of ['me', 'you']) {
      const message = JSON.stringify({ tone: 'critical', title: `${thread}` });
      const { lastInsertRowid: id } = insert.run(thread, person, message, T);
      delivery.run(id, 0, 'feishu', `ou_${person}`, `${id} feishu`, 'open', 1);
      delivery.run(id, 1, 'qq', `QQ_${person}`, `${id} qq`, 'idle', 0);
    }
  }
};

/** What of that queue is there in the newest layout. */
export const queueOf = (db: DatabaseSync): readonly object[] =>
  db
    .prepare(
      `SELECT topic, subject, message ->> 'title' AS title, person, outbox.state, channel, user, key, deliveries.state AS delivery, tries
       FROM outbox JOIN deliveries ON entry = id ORDER BY id, rank`,
    )
    .all()
    .map((row) => ({ ...row }));

export const QUEUE: readonly object[] = THREADS.flatMap(([thread, topic, subject], index) =>
  ['me', 'you'].flatMap((person, n) => {
    const common = { topic, subject, title: `${thread}`, person, state: 'open' };
    const id = 2 * index + n + 1;
    return [
      { ...common, channel: 'feishu', user: `ou_${person}`, key: `${id} feishu`, delivery: 'open', tries: 1 },
      { ...common, channel: 'qq', user: `QQ_${person}`, key: `${id} qq`, delivery: 'idle', tries: 0 },
    ];
  }),
);
