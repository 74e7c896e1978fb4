/** Copies the rows of a damaged database that can still be read into a new one. */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { list, tablesOf, type Table } from '../table-info.ts';
import { versionOf } from '../database.ts';
import { MIGRATIONS } from '../migrations.ts';
import { transaction } from '../transaction.ts';
import { isStoreError } from '../store-errors.ts';

/**
 * @returns how many rows were saved, all of them in one transaction. @throws what `into` throws; what cannot be read is
 * left.
 */
export const recoverRows = (damaged: string, into: DatabaseSync): number => {
  const from = readable(() => new DatabaseSync(damaged, { readOnly: true }));
  if (from === null) return 0;
  try {
    return transaction(into, () => {
      into.exec('PRAGMA defer_foreign_keys = ON');
      const tables = tablesOf(into);
      const saved = tables.reduce((sum, table) => sum + recoverTable(from, into, table), 0);
      for (const { name } of tables) removeOrphans(into, name);
      return saved;
    });
  } finally {
    from.close();
  }
};

/** The layout of a damaged database, as far as its rows can be read by that; else the newest. */
export const layoutOf = (damaged: string): number => {
  const db = readable(() => new DatabaseSync(damaged, { readOnly: true }));
  const version = db === null ? null : readable(() => versionOf(db));
  db?.close();
  return version !== null && version > 0 && version < MIGRATIONS.length ? version : MIGRATIONS.length;
};

const recoverTable = (from: DatabaseSync, into: DatabaseSync, { name, columns, key }: Table): number => {
  const known =
    readable(() =>
      from
        .prepare('SELECT name FROM pragma_table_info(?)')
        .all(name)
        .map((row) => String(row['name'])),
    ) ?? [];
  const common = columns.filter((column) => known.includes(column));
  if (common.length === 0) return 0;
  const insert = into.prepare(
    `INSERT OR IGNORE INTO "${name}" (${list(common)}) VALUES (${common.map(() => '?').join(', ')})`,
  );
  let saved = 0;
  // From both ends: a damaged page in the middle hides what lies behind it.
  for (const order of ['ASC', 'DESC']) {
    for (const row of rows(
      from,
      `SELECT ${list(common)} FROM "${name}" ORDER BY ${key.map((column) => `"${column}" ${order}`).join(', ')}`,
    )) {
      const values = common.map((column) => row[column] ?? null);
      if (!values.every(isWhole)) continue;
      try {
        saved += Number(insert.run(...values).changes);
      } catch (error) {
        // A row that does not fit is left; a disk that takes no more is another matter.
        if (isStoreError(error)) throw error;
      }
    }
  }
  return saved;
};

/** As far as they can be read. */
const rows = function* (from: DatabaseSync, sql: string): Generator<Record<string, SQLOutputValue>> {
  const all = readable(() => from.prepare(sql).iterate());
  for (;;) {
    const next = readable(() => all?.next());
    if (!next || next.done) return;
    yield next.value;
  }
};

/** Text that was written as JSON and is none any more would only break its reader. */
const isWhole = (value: SQLOutputValue): boolean => {
  if (typeof value !== 'string' || !/^[{[]/.test(value)) return true;
  return readable(() => JSON.parse(value) as unknown) !== null;
};

/** Removes rows that refer to rows which could not be read. */
const removeOrphans = (db: DatabaseSync, table: string): void => {
  for (const { from, parent, to } of db
    .prepare('SELECT "from", "table" AS parent, "to" FROM pragma_foreign_key_list(?)')
    .all(table)) {
    db.exec(`DELETE FROM "${table}" WHERE "${String(from)}" NOT IN (SELECT "${String(to)}" FROM "${String(parent)}")`);
  }
};

const readable = <Value>(read: () => Value): Value | null => {
  try {
    return read();
  } catch {
    return null;
  }
};
