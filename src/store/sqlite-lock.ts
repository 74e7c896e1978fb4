/**
 * One Lifeline for each data folder. The lock is SQLite's own file lock, which the system frees however a process ends.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../base/errors.ts';
import { isHeldByStrangers, makeLockFile } from './lock-holder.ts';
import { isBusy, isDamage } from './store-errors.ts';

export interface Lock {
  /** False where the folder is read-only: two that can only read it cannot lock each other out. */
  readonly alone: boolean;
  readonly release: () => void;
}

/**
 * Makes this process the only Lifeline with this data folder.
 * @param named the data folder that the lock is for, where it lies elsewhere.
 * @throws UserError `ALREADY_RUNNING`; SQLite's or the system's error when no file can be made there.
 */
export const lockFolder = (folder: string, named = folder): Lock => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lifeline.lock');
  try {
    return take(path, named);
  } catch (error) {
    // A held lock is "busy" before anybody gets to read the file: nobody holds one that is damaged. And another user
    // who could once open this one has taken it, but no Lifeline.
    if (!isDamage(error) && !isHeldByStrangers(path)) throw error;
    rmSync(path, { force: true });
    return take(path, named);
  }
};

/** Returns the error `ALREADY_RUNNING` where another Lifeline uses this data folder now; null else. */
export const heldByAnother = (folder: string): UserError | null => {
  if (!existsSync(folder)) return null;
  try {
    lockFolder(folder).release();
    return null;
  } catch (error) {
    return error instanceof UserError && error.code === 'ALREADY_RUNNING' ? error : null;
  }
};

const take = (path: string, folder: string): Lock => {
  makeLockFile(path);
  const db = new DatabaseSync(path);
  try {
    // The journal in memory: nothing is written, so that it works on a full disk and leaves nothing behind.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return { alone: isWritable(db), release: () => db.close() };
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new UserError(
      'ALREADY_RUNNING',
      `Another Lifeline is running with the data folder ${folder}. Stop it first, or set another "data_dir".`,
    );
  }
};

/**
 * SQLite grants an exclusive transaction on a read-only file too, and then only shares it; a write tells. It is never
 * committed.
 */
const isWritable = (db: DatabaseSync): boolean => {
  try {
    db.exec('PRAGMA user_version = 1');
    return true;
  } catch {
    return false;
  }
};
