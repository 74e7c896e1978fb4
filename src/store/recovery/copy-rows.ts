/** Brings the rows of another database of the same layout into this one, all of them or none. */
import type { DatabaseSync } from 'node:sqlite';
import { beganEmpty, setBeganEmpty } from './generation.ts';
import { list, tablesOf, type Table } from '../table-info.ts';
import { transaction } from '../transaction.ts';

/**
 * SQLite's own transaction does this and no renaming of files: it is whole whenever the process is killed, and other
 * processes that have the database open see it happen.
 * @param how `whole`: this one is then as the other; `merged`: what only this one knows stays, as far as the two do
 * not use the same numbers for different things.
 */
export const copyRows = (db: DatabaseSync, other: string, how: 'whole' | 'merged'): void => {
  db.prepare('ATTACH ? AS other').run(other);
  try {
    transaction(db, () => {
      db.exec('PRAGMA defer_foreign_keys = ON');
      const tables = tablesOf(db);
      const replaced = tables.filter((table) => how === 'whole' || (table.numbered && !isEmpty(db, table)));
      // First all of these: a row takes those with it that hang on it.
      for (const { name } of replaced) db.exec(`DELETE FROM main."${name}"`);
      for (const { name, columns } of tables)
        db.exec(
          `INSERT OR REPLACE INTO main."${name}" (${list(columns)}) SELECT ${list(columns)} FROM other."${name}"`,
        );
      if (beganEmpty(db)) setBeganEmpty(db, false);
    });
  } finally {
    db.exec('DETACH other');
  }
};

const isEmpty = (db: DatabaseSync, { name }: Table): boolean =>
  db.prepare(`SELECT 1 FROM other."${name}" LIMIT 1`).get() === undefined;
