import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { keepCopyBefore } from '../../src/store/copy.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createMeta, knowsSince } from '../../src/store/meta.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { createQuotes } from '../../src/store/quotes.ts';
import { transaction } from '../../src/store/transaction.ts';
import { ownFolder } from './helpers.ts';
import { fillQueue, LAYOUT_OF_THREADS, ofLayout, QUEUE, queueOf, THREADS } from './store-fixture.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const open = (path: string): DatabaseSync => {
  const db = openDatabase(path);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  return db;
};

const tablesOf = (db: DatabaseSync): string[] =>
  db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
    .all()
    .map(({ name }) => String(name));

const pragma = (db: DatabaseSync, name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

test('a new database has every table and the version of the last migration', () => {
  const db = open(':memory:');
  for (const table of [
    'audit',
    'buttons',
    'deliveries',
    'incidents',
    'meta',
    'outbox',
    'restarts',
    'seen',
    'startups',
    'watch_memory',
  ])
    expect(tablesOf(db)).toContain(table);
  expect(pragma(db, 'user_version')).toBe(MIGRATIONS.length);
});

test('the file, its side files and a folder made for it are for their owner only', () => {
  const folder = join(ownFolder(), 'state', 'lifeline');
  const path = join(folder, 'lifeline.db');
  const db = open(path);
  db.exec(`INSERT INTO meta VALUES ('a', 'b')`);
  expect(modeOf(folder)).toBe('700');
  expect(modeOf(path)).toBe('600');
  expect(modeOf(`${path}-wal`)).toBe('600');
});

test('a folder that was there before keeps its mode, a database file that was open to others is closed', () => {
  const folder = join(ownFolder(), 'shared');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const path = join(folder, 'lifeline.db');
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  open(path);
  expect(modeOf(folder)).toBe('755');
  expect(modeOf(path)).toBe('600');
});

test('it writes ahead, waits for the disk and for others, and checks references', () => {
  const db = open(join(ownFolder(), 'lifeline.db'));
  expect(pragma(db, 'journal_mode')).toBe('wal');
  expect(pragma(db, 'synchronous')).toBe(2);
  expect(pragma(db, 'busy_timeout')).toBe(5_000);
  expect(pragma(db, 'foreign_keys')).toBe(1);
});

test('what was stored is there when it is opened again', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const first = open(path);
  first.exec(`INSERT INTO meta VALUES ('a', 'b')`);
  first.close();
  expect(open(path).prepare('SELECT value FROM meta').get()?.['value']).toBe('b');
});

test('a database of a newer Lifeline is refused, named, and left as it is', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const newer = new DatabaseSync(path);
  newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  newer.close();
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      code: 'STORE_TOO_NEW',
      message: expect.stringContaining(path) as string,
    }) as Error,
  );
  const again = new DatabaseSync(path);
  expect(tablesOf(again)).toEqual([]);
  again.close();
});

test.each([
  [
    'a file that is no database',
    (path: string) => writeFileSync(path, 'this is not a database, not even nearly. '.repeat(40)),
  ],
  ['a folder in its place', (path: string) => mkdirSync(path)],
])('%s is an error that says what to do', (_what, spoil) => {
  const path = join(ownFolder(), 'lifeline.db');
  spoil(path);
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({
      code: 'STORE_UNREADABLE',
      message: expect.stringMatching(/lifeline\.db.*move it away/) as string,
    }) as Error,
  );
});

test('two processes that open a new database at once make it together', async () => {
  const path = join(ownFolder(), 'lifeline.db');
  const script = `import { openDatabase } from ${JSON.stringify(new URL('../../src/store/database.ts', import.meta.url).href)};
    const db = openDatabase(process.argv[1]); console.log(db.prepare('PRAGMA user_version').get().user_version); db.close();`;
  const run = async (): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script, path]);
  const results = await Promise.all([run(), run(), run()]);
  // Nothing on stderr: node:sqlite prints no ExperimentalWarning to the user.
  expect(results).toEqual(Array(3).fill({ stdout: `${MIGRATIONS.length}\n`, stderr: '' }));
});

test('a new database to which another process is writing just now is opened when that one is done', async () => {
  const path = join(ownFolder(), 'lifeline.db');
  const writing = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
    const db = new (require('node:sqlite').DatabaseSync)(workerData);
    db.exec('BEGIN IMMEDIATE; CREATE TABLE theirs (a)');
    parentPort.postMessage('writes');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    db.exec('COMMIT');
    db.close();`,
    { eval: true, workerData: path },
  );
  await once(writing, 'message');
  const db = open(path);
  expect(tablesOf(db)).toContain('theirs');
  expect(pragma(db, 'journal_mode')).toBe('wal');
  expect(pragma(db, 'user_version')).toBe(MIGRATIONS.length);
});

test('what an older Lifeline did to processes beside the gateway keeps a name, and what it left under way is over', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const version = MIGRATIONS.findIndex((statements) => statements.includes("'stop_strays'"));
  const older = new DatabaseSync(path);
  for (const statements of MIGRATIONS.slice(0, version)) older.exec(statements);
  older.exec(`PRAGMA user_version = ${version}`);
  const insert = older.prepare(
    `INSERT INTO restarts (at, gateway, remedy, requested_by, record, outcome, ended_at) VALUES (?, 'main', 'stop_strays', 'auto', '{}', ?, ?)`,
  );
  insert.run(1, 'recovered', 2);
  insert.run(3, null, null);
  older.close();
  const db = open(path);
  expect(db.prepare('SELECT remedy, outcome, ended_at FROM restarts ORDER BY at').all()).toEqual([
    { remedy: 'end_process', outcome: 'recovered', ended_at: 2 },
    { remedy: 'end_process', outcome: 'failed', ended_at: 3 },
  ]);
});

test('what a notification is about was one number, and is a topic and a subject', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const older = ofLayout(path, LAYOUT_OF_THREADS);
  fillQueue(older);
  const quote = older.prepare(`INSERT INTO quotes VALUES ('qq', ?, ?, 1)`);
  for (const [thread] of THREADS) quote.run(`of ${thread}`, thread);
  const outage = older.prepare('INSERT INTO meta VALUES (?, ?)');
  const [, , since] = THREADS.find(([, topic]) => topic === 'away') ?? [];
  const [thread, , subject] = THREADS.findLast(([, topic]) => topic === 'channel') ?? [];
  outage.run('channel_down feishu', JSON.stringify({ since, thread }));
  outage.run('channel_down qq', '{');
  outage.run('channel_down webhook', '{"since":1}');
  older.close();
  const db = open(path);
  expect(queueOf(db)).toEqual(QUEUE);
  // What belonged together does, and nothing else.
  expect(db.prepare('SELECT count(*) AS n FROM (SELECT DISTINCT topic, subject FROM outbox)').get()).toEqual({
    n: THREADS.length,
  });
  expect(createQuotes(db).incidentsOf('qq', 'of 4711')).toEqual([4_711]);
  expect(db.prepare('SELECT quote FROM quotes ORDER BY incident').all()).toEqual([
    { quote: 'of 1' },
    { quote: 'of 4711' },
  ]);
  const meta = createMeta(db);
  expect(JSON.parse(meta.get('channel_down feishu') ?? '')).toEqual({ since, subject });
  expect([meta.get('channel_down qq'), meta.get('channel_down webhook')]).toEqual(['{', '{"since":1}']);
});

test('a transaction keeps everything or nothing', () => {
  const db = open(':memory:');
  const count = (): unknown => db.prepare(`SELECT count(*) AS n FROM meta WHERE key IN ('a', 'b')`).get()?.['n'];
  expect(
    transaction(db, () => {
      db.exec(`INSERT INTO meta VALUES ('a', '1')`);
      return 'done';
    }),
  ).toBe('done');
  expect(count()).toBe(1);
  expect(() =>
    transaction(db, () => {
      db.exec(`INSERT INTO meta VALUES ('b', '1')`);
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(count()).toBe(1);
  expect(db.isTransaction).toBe(false);
});

test('a transaction within another joins it and falls with it', () => {
  const db = open(':memory:');
  expect(() =>
    transaction(db, () => {
      transaction(db, () => db.exec(`INSERT INTO meta VALUES ('a', '1')`));
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(db.prepare(`SELECT count(*) AS n FROM meta WHERE key = 'a'`).get()?.['n']).toBe(0);
});

const oldDatabase = (path: string, version: number): void => {
  const db = new DatabaseSync(path);
  db.exec(
    `PRAGMA journal_mode = WAL; ${MIGRATIONS.slice(0, version).join(';')}; PRAGMA user_version = ${version}; INSERT INTO meta VALUES ('a', 'from ${version}')`,
  );
  db.close();
};

test('before its layout is changed a copy is kept, the newest only, so that an upgrade can be undone', () => {
  const folder = ownFolder();
  const path = join(folder, 'lifeline.db');
  writeFileSync(`${path}.before-2`, 'an older one');
  oldDatabase(path, 3);
  open(path).close();
  const copy = `${path}.before-${MIGRATIONS.length}`;
  expect(readdirSync(folder).sort()).toEqual(['lifeline.db', basename(copy)]);
  expect(modeOf(copy)).toBe('600');
  const before = new DatabaseSync(copy, { readOnly: true });
  expect(pragma(before, 'user_version')).toBe(3);
  expect(before.prepare('SELECT value FROM meta').get()).toEqual({ value: 'from 3' });
  before.close();

  // Undone, and upgraded again: the copy is of the second time.
  rmSync(path);
  oldDatabase(path, 2);
  open(path).close();
  const again = new DatabaseSync(copy, { readOnly: true });
  expect(pragma(again, 'user_version')).toBe(2);
  again.close();
});

test('a new database and one that needs no change keep no copy', () => {
  const folder = ownFolder();
  open(join(folder, 'lifeline.db')).close();
  open(join(folder, 'lifeline.db')).close();
  expect(readdirSync(folder)).toEqual(['lifeline.db']);
});

test('an older Lifeline that finds a newer database names the copy from before', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const version = MIGRATIONS.length + 1;
  const newer = new DatabaseSync(path);
  newer.exec(`PRAGMA user_version = ${version}`);
  newer.close();
  writeFileSync(`${path}.before-${version}`, '');
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({
      code: 'STORE_TOO_NEW',
      message: expect.stringContaining(`${path}.before-${version}`) as string,
    }) as Error,
  );
});

test('a copy that another process has overtaken is not kept', () => {
  const folder = ownFolder();
  const path = join(folder, 'lifeline.db');
  const db = open(path);
  keepCopyBefore(db, path, 3);
  expect(readdirSync(folder).filter((name) => /before|copy/.test(name))).toEqual([]);
});

test('a new database knows since when it knows anything; one of before that was written down does not', () => {
  const before = Date.now();
  const fresh = knowsSince(open(':memory:'));
  expect(fresh).toBeGreaterThanOrEqual(before);
  expect(fresh).toBeLessThanOrEqual(Date.now());
  const path = join(ownFolder(), 'lifeline.db');
  oldDatabase(path, 3);
  expect(knowsSince(open(path))).toBeNull();
});

test('it knows that from its first opening on, whoever opens it again', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const first = open(path);
  const since = knowsSince(first);
  first.close();
  expect(since).not.toBeNull();
  expect(knowsSince(open(path))).toBe(since);
});
