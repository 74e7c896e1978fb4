/** Finds out whether a data folder that could not be used takes a database again. */
import { accessSync, constants, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseIn, sizeOf } from './files.ts';
import { integrityProblem } from './recovery/integrity.ts';
import { isDamage } from './store-errors.ts';

/** Asks the file system. Cheap, and writes nothing. */
export const hasSpace = (folder: string, bytes: number): boolean => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= bytes;
  } catch {
    return false;
  }
};

/**
 * Writes a file, because no figure shows a quota, and reads the database that lies there, because no figure shows a bad
 * sector.
 */
export const acceptsWrites = (folder: string, bytes: number): boolean => {
  const probe = join(folder, 'lifeline.probe');
  try {
    writeFileSync(probe, Buffer.alloc(bytes), { flush: true, mode: 0o600 });
    return isUsable(databaseIn(folder));
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
};

/** A damaged database is usable: opening sets it aside. */
const isUsable = (path: string): boolean => {
  if (sizeOf(path) === 0) return true;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    // A read-only file shows only when it is written. Not committed.
    db.exec('BEGIN IMMEDIATE; PRAGMA user_version = 0; ROLLBACK');
    integrityProblem(db);
    return true;
  } catch (error) {
    return isDamage(error);
  } finally {
    db?.close();
  }
};
