/**
 * The rows of a database with an older layout as the newest one has them, in memory: whoever only reads changes nothing
 * on the disk.
 */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { migrate } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { list, tablesOf } from './table-info.ts';

/** @param version of the layout that it has. @throws SQLite's error. */
export const upgradedCopy = (path: string, version: number): DatabaseSync => {
  // Row by row as they are: an order of tables that suits their references is not the matter.
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  try {
    for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${version}`);
    db.prepare('ATTACH ? AS there').run(`${pathToFileURL(path).href}?mode=ro`);
    // One transaction, so that it is one state of what another process may be writing.
    db.exec('BEGIN');
    for (const { name, columns } of tablesOf(db))
      db.exec(`INSERT OR REPLACE INTO main."${name}" (${list(columns)}) SELECT ${list(columns)} FROM there."${name}"`);
    db.exec('COMMIT; DETACH there');
    migrate(db, ':memory:');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};
