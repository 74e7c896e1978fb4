/** Opens the fallback store, which begins as a copy of what can be read in the data folder. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import { copyDatabase, databaseIn, replaceDatabase } from '../files.ts';
import { createGenerationWriter, generationOf, setBeganEmpty } from './generation.ts';
import type { Opening } from '../disk-store.ts';
import { openIntact } from './integrity.ts';
import { storeProblemOf } from '../store-errors.ts';

/** @throws when there is no room for it either. */
export const openFallbackStore = (folder: string, { dataDir, now, logger }: Opening): DatabaseSync => {
  const path = databaseIn(folder);
  const copies = join(folder, 'copy');
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { mode: 0o700 });
  const copied = copyFrom(databaseIn(dataDir), databaseIn(copies), now, logger);
  // As old as the copy: it was made from the same and never written.
  if (copied !== null && (!existsSync(path) || copied >= generationAt(path, now)))
    replaceDatabase(path, databaseIn(copies));
  const isApart = copied === null && !existsSync(path);
  rmSync(copies, { recursive: true, force: true });
  const db = openIntact(path, now, (aside) => logger.error({ aside }, 'the fallback store was damaged'));
  try {
    if (isApart) setBeganEmpty(db, true);
    createGenerationWriter(db)(now);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** @returns the generation of the copy, which is intact and one file; null when nothing can be read. */
const copyFrom = (from: string, to: string, now: number, logger: Logger): number | null => {
  try {
    return copyDatabase(from, to) ? generationAt(to, now) : null;
  } catch (error) {
    if (storeProblemOf(error, from) === null) throw error;
    logger.error({ err: error }, 'the database cannot even be read; a new one is begun in memory');
    return null;
  }
};

const generationAt = (path: string, now: number): number => {
  const db = openIntact(path, now, () => undefined);
  try {
    return generationOf(db);
  } finally {
    db.close();
  }
};
