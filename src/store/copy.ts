/** Copies of a database that may be in use by others: as a file, and of its rows. */
import { closeSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { MIGRATIONS } from './migrations.ts';
import { transaction } from './transaction.ts';

/**
 * Makes one file, for its owner only, whole or not there, which takes the place of what lies there. `removeLeftovers` of
 * `files.ts` removes one that was cut short.
 * @param isWanted sees the finished copy before it does.
 * @throws SQLite's or the system's error when there is no room for it: then nothing is changed.
 */
export const copyTo = (db: DatabaseSync, path: string, isWanted: (copy: string) => boolean = () => true): void => {
  const copy = join(dirname(path), `copy-${process.pid}-${basename(path)}`);
  try {
    rmSync(copy, { force: true });
    // SQLite takes an empty file for a new one and keeps its mode: nobody else gets to read it in between.
    closeSync(openSync(copy, 'wx', 0o600));
    db.prepare('VACUUM INTO ?').run(copy);
    flush(copy);
    if (isWanted(copy)) renameSync(copy, path);
  } finally {
    rmSync(copy, { force: true });
  }
};

/** On the disk before it takes the place of something. */
const flush = (file: string): void => {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** The place of the copy from before a migration; `version` is that of the layout which it does not have yet. */
export const pathOfCopyBefore = (path: string, version: number): string => `${path}.before-${version}`;

/**
 * Copies the database before a migration, so that an upgrade can be undone. The newest such copy is kept.
 * @throws SQLite's error when there is no room for it: then nothing is changed.
 */
export const keepCopyBefore = (db: DatabaseSync, path: string, version: number): void => {
  const kept = pathOfCopyBefore(path, MIGRATIONS.length);
  // Another process may have changed the layout meanwhile, after it kept a copy of its own.
  copyTo(db, kept, (copy) => layoutOf(copy) === version);
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${basename(path)}.before-`) && name !== basename(kept))
      rmSync(join(dirname(path), name), { force: true });
  }
};

/** From the file's header (https://www.sqlite.org/fileformat2.html, offset 60). */
const layoutOf = (file: string): number => {
  const handle = openSync(file, 'r');
  try {
    const field = Buffer.alloc(4);
    readSync(handle, field, 0, 4, 60);
    return field.readUInt32BE();
  } finally {
    closeSync(handle);
  }
};

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Its rows are counted through, so that two databases use the same number for different things. */
  readonly numbered: boolean;
}

/** Lists the tables and their columns, as SQLite itself knows them. `migrations.ts` defines them. */
export const tablesOf = (db: DatabaseSync): readonly Table[] =>
  db
    .prepare(
      `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .all()
    .map(({ name, wr }) => ({
      name: String(name),
      columns: db
        .prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid')
        .all(String(name))
        .map((column) => String(column['name'])),
      numbered: wr === 0,
    }));

/** As SQL; the names are Lifeline's own. */
export const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/**
 * Brings the rows of another database of the same layout into this one, all of them or none: whole whenever the process
 * is killed, and other processes that have the database open see it happen.
 * @param how `whole`: this one is then as the other; `merged`: what only this one knows stays, as far as the two do not
 * use the same numbers for different things.
 */
export const copyRows = (from: DatabaseSync, to: DatabaseSync, how: 'whole' | 'merged'): void => {
  // One state of what another process may be writing.
  from.exec('BEGIN');
  try {
    transaction(to, () => {
      to.exec('PRAGMA defer_foreign_keys = ON');
      const tables = tablesOf(to);
      // First all of these: a row takes those with it that hang on it.
      for (const { name, numbered } of tables)
        if (how === 'whole' || (numbered && from.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get() !== undefined))
          to.exec(`DELETE FROM "${name}"`);
      for (const table of tables) copyTable(from, to, table);
    });
  } finally {
    if (from.isTransaction) from.exec('ROLLBACK');
  }
};

export const copyTable = (from: DatabaseSync, to: DatabaseSync, { name, columns }: Omit<Table, 'numbered'>): void => {
  const insert = to.prepare(
    `INSERT OR REPLACE INTO "${name}" (${list(columns)}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const select = from.prepare(`SELECT ${list(columns)} FROM "${name}"`);
  select.setReadBigInts(true);
  for (const row of select.iterate()) insert.run(...columns.map((column) => row[column] as SQLInputValue));
};
