/** How other processes open the database of a Lifeline that may be running. */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { errorText, UserError } from '../base/errors.ts';
import { inMemory, openDatabase, openReadOnly, versionOf } from './database.ts';
import { databaseIn } from './files.ts';
import { isHeld } from './locks.ts';
import { MIGRATIONS } from './migrations.ts';
import { markOf } from './store.ts';

/** A running Lifeline writes at each check of its store. */
const SILENT_MS = 60_000;

/**
 * Opens the database and never writes. A database of an older Lifeline is opened as a
 * copy in memory: the next start of the bot brings the file up to date. Returns null when there is no database yet.
 * @throws UserError `STORE_TOO_NEW`, `STORE_UNREADABLE`.
 */
export const openToRead = (dataDir: string): DatabaseSync | null => {
  const path = databaseIn(dataDir);
  if (!existsSync(path)) return null;
  let db: DatabaseSync | undefined;
  try {
    db = openReadOnly(path);
    if (versionOf(db) === MIGRATIONS.length) return db;
    const copy = inMemory(db);
    db.close();
    return copy;
  } catch (error) {
    db?.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'STORE_UNREADABLE',
      `The database ${path} cannot be read: ${errorText(error)}. Read it as the user that Lifeline runs as; if the file is damaged, Lifeline sets it aside at its next start.`,
      { cause: error },
    );
  }
};

/**
 * Whether the Lifeline that has this data folder does not write to the database there: it goes on in memory, or hangs.
 * @param db that database.
 */
export const isLeftAlone = (db: DatabaseSync, dataDir: string): boolean =>
  Math.abs(Date.now() - markOf(db)) > SILENT_MS && isHeld(dataDir);

/** @throws UserError `STORE_IN_MEMORY` */
export const refuseLeftAlone = (db: DatabaseSync, dataDir: string): void => {
  if (isLeftAlone(db, dataDir))
    throw new UserError(
      'STORE_IN_MEMORY',
      `The Lifeline that runs has not written to ${databaseIn(dataDir)} for a minute: it keeps its database in memory, because the data folder cannot be used, or it hangs. What is in the file is old, and a change to it would be lost. Mend the folder or stop Lifeline, then try again.`,
    );
};

/**
 * Opens the database to change it beside a Lifeline that may run.
 * @throws UserError `STORE_IN_MEMORY` when that would not see the change, and write over it later; as `openDatabase`.
 */
export const openBeside = (dataDir: string): DatabaseSync => {
  const db = openDatabase(databaseIn(dataDir));
  try {
    refuseLeftAlone(db, dataDir);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};
