/** Opens the store in the spare folder, with what can be read of the data folder's. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import { copyDatabase, databaseIn, replaceDatabase } from '../files.ts';
import { createMark, markOf, setApart } from './generation.ts';
import type { Opening } from '../on-disk.ts';
import { openSound } from './integrity.ts';
import { problemOf } from '../trouble.ts';

/** @throws when there is no room for it either. */
export const openOnSpare = (folder: string, { dataDir, now, logger }: Opening): DatabaseSync => {
  const path = databaseIn(folder);
  const copies = join(folder, 'copy');
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { mode: 0o700 });
  const copied = copyFrom(databaseIn(dataDir), databaseIn(copies), now, logger);
  // As old as the copy: it was made from the same and never written.
  if (copied !== null && (!existsSync(path) || copied >= markAt(path, now))) replaceDatabase(path, databaseIn(copies));
  const isApart = copied === null && !existsSync(path);
  rmSync(copies, { recursive: true, force: true });
  const db = openSound(path, now, (aside) => logger.error({ aside }, 'the spare database was damaged'));
  try {
    if (isApart) setApart(db, true);
    createMark(db)(now);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** @returns the mark of the copy, which is sound and one file; null when there is nothing that can be read. */
const copyFrom = (from: string, to: string, now: number, logger: Logger): number | null => {
  try {
    return copyDatabase(from, to) ? markAt(to, now) : null;
  } catch (error) {
    if (problemOf(error, from) === null) throw error;
    logger.error({ err: error }, 'the database cannot even be read; a new one is begun in memory');
    return null;
  }
};

const markAt = (path: string, now: number): number => {
  const db = openSound(path, now, () => undefined);
  try {
    return markOf(db);
  } finally {
    db.close();
  }
};
