/** One Lifeline for each data folder, also while that folder cannot be written. */
import { existsSync, rmSync } from 'node:fs';
import { UserError } from '../base/errors.ts';
import { isOwnFolder, makeOwnFolder } from '../base/own-folder.ts';
import { databaseIn } from './files.ts';
import { lockFolder, type Lock } from './lock.ts';

export interface StoreLock {
  /** The spare folder, made and locked now if it was not; null when there can be none. */
  spare(): string | null;
  /** The database that another run has left in the spare folder. */
  left(): string | null;
  removeSpare(): void;
  release(): void;
}

/**
 * Whoever can write the data folder holds its lock. Whoever cannot holds the one in the spare folder, and whoever finds
 * a spare folder needs that too: so no two get by each other while the folder becomes writable or read-only.
 * @throws UserError `ALREADY_RUNNING`
 */
export const lockStore = (dataDir: string, folder: string): StoreLock => {
  let data: Lock | null = null;
  let other: Lock | null = null;
  const spare = (): string | null => {
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
      if (isOwnFolder(folder)) spare();
    } else {
      spare();
      data?.release();
      data = null;
      // Another may have come by the data folder's lock before it could see the spare folder.
      data = attempt(() => lockFolder(dataDir));
    }
  } catch (error) {
    release();
    throw error;
  }
  return {
    spare,
    left: () => (other !== null && existsSync(databaseIn(folder)) ? databaseIn(folder) : null),
    removeSpare: () => {
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
