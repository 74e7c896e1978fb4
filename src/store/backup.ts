/** Makes a copy of the store for the operator to keep, and restores such a copy. */
import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { errorText, UserError } from '../base/errors.ts';
import { copyTo } from './copy.ts';
import { openReadOnly, refuseNewer, versionOf } from './database.ts';
import { databaseIn, removeLeftovers, setAside, sizeOf } from './files.ts';
import { expectedTables, integrityProblem, missingTable } from './integrity.ts';
import { lockFolder, type Lock } from './locks.ts';
import { setKnowsSince } from './meta.ts';
import { MIGRATIONS } from './migrations.ts';
import { refuseLeftAlone } from './beside.ts';
import { writeMark } from './store.ts';

export interface Backup {
  readonly bytes: number;
}

/**
 * Copies the store as it is now, also beside a bot that writes to it. `file` is replaced when it is there.
 * @throws UserError `BACKUP_NOTHING`, `BACKUP_FAILED`, `STORE_IN_MEMORY`.
 */
export const backUp = (dataDir: string, file: string): Backup => {
  const path = databaseIn(dataDir);
  if (!existsSync(path))
    throw new UserError(
      'BACKUP_NOTHING',
      `There is nothing to back up: ${path} does not exist. Has Lifeline ever run with this configuration?`,
    );
  let db: DatabaseSync | undefined;
  try {
    db = openReadOnly(path);
    refuseLeftAlone(db, dataDir);
    // The copy of a damaged store is complete as well. So the copy is examined, and not the store.
    copyTo(db, file, (copy) => {
      examine(copy);
      return true;
    });
    return { bytes: sizeOf(file) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'BACKUP_FAILED',
      `The backup could not be made: ${errorText(error)}. Nothing was left behind.`,
      { cause: error },
    );
  } finally {
    db?.close();
  }
};

/**
 * Puts a backup into the place of the store, which is set aside.
 * @returns where that lies now; null: there was none.
 * @throws UserError `ALREADY_RUNNING`, `BACKUP_UNUSABLE`, `STORE_TOO_NEW`, `BACKUP_FAILED`.
 */
export const restore = (
  dataDir: string,
  file: string,
  { now }: { readonly now: number },
): { readonly aside: string | null } => {
  if (!existsSync(file)) throw new UserError('BACKUP_UNUSABLE', `There is no file ${file}.`);
  examine(file);
  let lock: Lock | undefined;
  try {
    lock = lockFolder(dataDir);
    const path = databaseIn(dataDir);
    // When Lifeline is ended in the middle, the next start takes the file of this name (`integrity.ts`).
    const ready = `${path}.new`;
    const from = new DatabaseSync(file, { readOnly: true });
    try {
      copyTo(from, ready);
    } finally {
      from.close();
    }
    forgetTheTimeBetween(ready, now);
    const aside = existsSync(path) ? setAside(path, 'replaced', now) : null;
    renameSync(ready, path);
    removeLeftovers(path, now);
    return { aside };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('BACKUP_FAILED', `The backup could not be put back: ${errorText(error)}.`, { cause: error });
  } finally {
    lock?.release();
  }
};

/** Stores that nothing is known of the time since the backup was made, and that no other store is newer. */
const forgetTheTimeBetween = (path: string, now: number): void => {
  const db = new DatabaseSync(path);
  try {
    setKnowsSince(db, now);
    writeMark(db, now);
  } finally {
    db.close();
  }
};

/** @throws UserError when the file is no intact database of Lifeline's. */
const examine = (file: string): void => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    refuseNewer(db, file);
    const finding =
      integrityProblem(db) ??
      // An older layout has not all tables yet.
      missingTable(db, versionOf(db) === MIGRATIONS.length ? expectedTables() : ['incidents', 'meta']);
    if (finding !== null) throw new Error(finding);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('BACKUP_UNUSABLE', `${file} is no intact database of Lifeline's: ${errorText(error)}.`, {
      cause: error,
    });
  } finally {
    db?.close();
  }
};
