/** Whatever layout an earlier Lifeline left, its data is there in the newest one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { sample } from '../deep.ts';
import { openToRead } from '../../src/store/beside.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { openDatabase } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { list, tablesOf } from '../../src/store/copy.ts';
import { ownFolder } from './helpers.ts';

const LAYOUTS = MIGRATIONS.map((_, index) => index + 1);

/** A value for a column of each type; of a column of text, an empty list. */
const SAMPLES: Readonly<Record<string, number | Buffer>> = { INTEGER: 1, BLOB: Buffer.from('b') };

/** A file as the Lifeline of that layout left it, with a row in each of its tables. */
const leftBy = (path: string, layout: number): Map<string, object> => {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; ${MIGRATIONS.slice(0, layout).join(';')}; PRAGMA user_version = ${layout}`);
  // Whatever one table asks of another is not the matter here.
  db.exec('PRAGMA foreign_keys = OFF');
  const rows = new Map<string, object>();
  for (const { name } of tablesOf(db)) {
    const columns = db
      .prepare('SELECT name, type FROM pragma_table_info(?) ORDER BY cid')
      .all(name)
      .map((column) => ({ name: String(column['name']), type: String(column['type']) }));
    const row = Object.fromEntries(columns.map((column) => [column.name, SAMPLES[column.type] ?? '[]']));
    db.prepare(
      `INSERT INTO "${name}" (${list(columns.map((column) => column.name))}) VALUES (${columns.map(() => '?').join(', ')})`,
    ).run(...Object.values(row));
    rows.set(name, { ...db.prepare(`SELECT * FROM "${name}"`).get() });
  }
  db.close();
  return rows;
};

/** Columns that a later step names otherwise: what is in them is what was in the old ones. */
const RENAMED: Readonly<Record<string, string>> = { 'outbox.thread': 'subject', 'quotes.thread': 'incident' };

const inNewest = (table: string, row: object): object =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [RENAMED[`${table}.${column}`] ?? column, value]));

const expectAllOf = (db: DatabaseSync, rows: Map<string, object>): void => {
  // One step fills a column of what was there.
  for (const [name, row] of rows)
    expect({ table: name, ...db.prepare(`SELECT * FROM "${name}"`).get() }).toMatchObject({
      table: name,
      ...inNewest(name, row),
    });
  expect(createIncidentBook(db).recent(5)).toMatchObject([{ id: 1, gateway: '[]' }]);
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length });
};

test.each(sample(LAYOUTS, 4, 0))(
  'what a Lifeline of layout %d left is all there in the newest, and as it was in the copy from before',
  (layout) => {
    const folder = ownFolder();
    const path = join(folder, 'lifeline.db');
    const rows = leftBy(path, layout);
    const db = openDatabase(path);
    expectAllOf(db, rows);
    db.close();
    const copies = readdirSync(folder).filter((name) => name.includes('before'));
    expect(copies).toHaveLength(layout < MIGRATIONS.length ? 1 : 0);
    for (const name of copies) {
      const copy = new DatabaseSync(join(folder, name), { readOnly: true });
      for (const [table, row] of rows) expect({ ...copy.prepare(`SELECT * FROM "${table}"`).get() }).toEqual(row);
      copy.close();
    }
  },
);

test.each(sample(LAYOUTS, 4, 2))(
  'a command that only reads sees layout %d as the newest one, and leaves the file as it is',
  (layout) => {
    const folder = ownFolder();
    const path = join(folder, 'lifeline.db');
    const rows = leftBy(path, layout);
    const before = readFileSync(path);
    const db = openToRead(folder);
    expect(db).not.toBeNull();
    if (db) expectAllOf(db, rows);
    db?.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);

test('a database of a newer Lifeline is left as it is by whoever only reads, too', () => {
  const folder = ownFolder();
  const path = join(folder, 'lifeline.db');
  const newer = new DatabaseSync(path);
  // Not what this Lifeline would choose: a sign that it was touched.
  newer.exec(`PRAGMA journal_mode = DELETE; CREATE TABLE later (a); PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  newer.close();
  const before = readFileSync(path);
  const tooNew = expect.objectContaining({
    name: 'UserError',
    code: 'STORE_TOO_NEW',
    message: expect.stringMatching(/written by a newer Lifeline.*Install that Lifeline again/) as string,
  }) as Error;
  expect(() => openToRead(folder)).toThrow(tooNew);
  expect(() => openDatabase(path)).toThrow(tooNew);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder)).toEqual(['lifeline.db']);
});
