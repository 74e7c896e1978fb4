/** Opens the store in the data folder, and brings back what was written elsewhere meanwhile. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../base/logger.ts';
import { copyTo } from './copy.ts';
import { databaseIn, sizeOf } from './files.ts';
import { createMark, isApart, markOf } from './recovery/generation.ts';
import { openSound } from './recovery/integrity.ts';
import type { StoreLock } from './store-lock.ts';
import { takeOver } from './recovery/copy-rows.ts';
import { tidy } from './tidy.ts';
import { problemOf } from './trouble.ts';

export interface Opening {
  readonly dataDir: string;
  readonly lock: StoreLock;
  readonly now: number;
  readonly logger: Logger;
  readonly onSetAside: (path: string) => void;
}

/** @throws when it cannot be opened or does not take a write. */
export const openOnDisk = ({ dataDir, lock, now, logger, onSetAside }: Opening): DatabaseSync => {
  const path = databaseIn(dataDir);
  const isNew = sizeOf(path) === 0;
  const db = openSound(path, now, onSetAside);
  let isBack = true;
  try {
    const left = lock.left();
    if (left !== null) isBack = bringBack(db, left, isNew ? null : `${path}.replaced`, now, logger);
    // The proof that it can be written. What may have been left elsewhere is older from here on.
    createMark(db)(now);
  } catch (error) {
    db.close();
    throw error;
  }
  try {
    if (isBack) lock.removeSpare();
  } catch (err) {
    logger.warn({ err }, 'the spare database could not be removed');
  }
  try {
    tidy(path, now);
  } catch (err) {
    logger.warn({ err }, 'what earlier runs left in the data folder could not be removed');
  }
  return db;
};

/**
 * @param replaced where this one is kept when the spare knows nothing of it; null: it is new.
 * @returns false when the spare cannot be read.
 */
const bringBack = (db: DatabaseSync, left: string, replaced: string | null, now: number, logger: Logger): boolean => {
  let found: { newer: boolean; apart: boolean };
  try {
    found = look(left, markOf(db), now);
  } catch (err) {
    if (problemOf(err, left) === null) throw err;
    logger.error({ err, left }, 'what was stored in memory cannot be read');
    return false;
  }
  const { newer, apart } = found;
  if (!newer) return true;
  // One is kept, the newest.
  if (apart && replaced !== null) copyTo(db, replaced);
  takeOver(db, left, apart ? 'merged' : 'whole');
  logger.warn(
    { from: left, ...(apart && replaced !== null ? { replaced } : {}) },
    'the data folder can be used again; what was stored in memory meanwhile is in it',
  );
  return true;
};

const look = (left: string, mark: number, now: number): { newer: boolean; apart: boolean } => {
  let wasDamaged = false;
  const there = openSound(left, now, () => (wasDamaged = true));
  try {
    return { newer: markOf(there) > mark, apart: wasDamaged || isApart(there) };
  } finally {
    there.close();
  }
};
