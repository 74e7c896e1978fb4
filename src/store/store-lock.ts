/** Lets only one Lifeline use a data folder, also while the folder cannot be written. */
import { existsSync, rmSync } from 'node:fs';
import { UserError } from '../base/errors.ts';
import { isOwnFolder, makeOwnFolder } from '../base/own-folder.ts';
import { databaseIn } from './files.ts';
import { lockFolder, type Lock } from './sqlite-lock.ts';

export interface StoreLock {
  /** Returns the fallback folder, which is made and locked first where needed; null when there can be none. */
  fallback(): string | null;
  /** Returns the fallback store that an earlier run has left behind. */
  leftBehind(): string | null;
  removeFallback(): void;
  release(): void;
}

/**
 * Whoever can write the data folder holds its lock. Whoever cannot holds the lock of the fallback folder, and whoever
 * finds a fallback folder needs that one, too. So no two Lifelines miss each other while the data folder becomes
 * writable or read-only.
 * @throws UserError `ALREADY_RUNNING`
 */
export const lockStore = (dataDir: string, folder: string): StoreLock => {
  let data: Lock | null = null;
  let other: Lock | null = null;
  const fallback = (): string | null => {
    other ??= attempt(() => {
      makeOwnFolder(folder);
      return lockFolder(folder, dataDir);
    });
    return other === null ? null : folder;
  };
  const release = (): void => {
    data?.release();
    other?.release();
    data = other = null;
  };
  try {
    data = attempt(() => lockFolder(dataDir));
    if (data?.alone) {
      if (isOwnFolder(folder)) fallback();
    } else {
      fallback();
      data?.release();
      data = null;
      // Another may have come by the data folder's lock before it could see the fallback folder.
      data = attempt(() => lockFolder(dataDir));
    }
  } catch (error) {
    release();
    throw error;
  }
  return {
    fallback: fallback,
    leftBehind: () => (other !== null && existsSync(databaseIn(folder)) ? databaseIn(folder) : null),
    removeFallback: () => {
      if (other === null) return;
      // The database first: what is left when this is cut short is not taken for one.
      rmSync(databaseIn(folder), { force: true });
      rmSync(folder, { recursive: true, force: true });
      other.release();
      other = null;
    },
    release,
  };
};

/** @returns null when no lock can be had there at all. @throws when another holds it. */
const attempt = (lock: () => Lock): Lock | null => {
  try {
    return lock();
  } catch (error) {
    if (error instanceof UserError) throw error;
    return null;
  }
};
