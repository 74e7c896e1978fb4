/** Opens the store in the data folder, and copies back the rows that the fallback store has got meanwhile. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../base/logger.ts';
import { copyTo } from './copy.ts';
import { databaseIn, sizeOf } from './files.ts';
import { createGenerationWriter, beganEmpty, generationOf } from './recovery/generation.ts';
import { openIntact } from './recovery/integrity.ts';
import type { StoreLock } from './store-lock.ts';
import { copyRows } from './recovery/copy-rows.ts';
import { removeLeftovers } from './cleanup.ts';
import { storeProblemOf } from './store-errors.ts';

export interface Opening {
  readonly dataDir: string;
  readonly lock: StoreLock;
  readonly now: number;
  readonly logger: Logger;
  readonly onSetAside: (path: string) => void;
}

/** @throws when it cannot be opened or does not take a write. */
export const openDiskStore = ({ dataDir, lock, now, logger, onSetAside }: Opening): DatabaseSync => {
  const path = databaseIn(dataDir);
  const isNew = sizeOf(path) === 0;
  const db = openIntact(path, now, onSetAside);
  let isCopied = true;
  try {
    const left = lock.leftBehind();
    if (left !== null) isCopied = copyBack(db, left, isNew ? null : `${path}.replaced`, now, logger);
    // Proves that the store can be written, and makes it newer than any fallback store that was left behind.
    createGenerationWriter(db)(now);
  } catch (error) {
    db.close();
    throw error;
  }
  try {
    if (isCopied) lock.removeFallback();
  } catch (err) {
    logger.warn({ err }, 'the fallback store could not be removed');
  }
  try {
    removeLeftovers(path, now);
  } catch (err) {
    logger.warn({ err }, 'what earlier runs left in the data folder could not be removed');
  }
  return db;
};

/**
 * @param replaced where a copy of this store is kept when the fallback store was not begun from it; null: this store is
 * new.
 * @returns false when the fallback store cannot be read.
 */
const copyBack = (db: DatabaseSync, left: string, replaced: string | null, now: number, logger: Logger): boolean => {
  let found: { newer: boolean; unrelated: boolean };
  try {
    found = compareFallback(left, generationOf(db), now);
  } catch (err) {
    if (storeProblemOf(err, left) === null) throw err;
    logger.error({ err, left }, 'what was stored in memory cannot be read');
    return false;
  }
  const { newer, unrelated } = found;
  if (!newer) return true;
  // Only the newest such copy is kept.
  if (unrelated && replaced !== null) copyTo(db, replaced);
  copyRows(db, left, unrelated ? 'merged' : 'whole');
  logger.warn(
    { from: left, ...(unrelated && replaced !== null ? { replaced } : {}) },
    'the data folder can be used again; what was stored in memory meanwhile is in it',
  );
  return true;
};

const compareFallback = (left: string, generation: number, now: number): { newer: boolean; unrelated: boolean } => {
  let wasDamaged = false;
  const there = openIntact(left, now, () => (wasDamaged = true));
  try {
    return { newer: generationOf(there) > generation, unrelated: wasDamaged || beganEmpty(there) };
  } finally {
    there.close();
  }
};
