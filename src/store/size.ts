/** How large the database is, and how its file becomes smaller again. */
import type { DatabaseSync } from 'node:sqlite';

/** Less than this is not worth the work: SQLite fills it again. */
const WORTH_BYTES = 8 * 1024 * 1024;

const pragma = (db: DatabaseSync, name: 'page_count' | 'freelist_count' | 'page_size'): number =>
  Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);

/** Returns how many bytes rows and indices take. Takes milliseconds. */
export const rowBytes = (db: DatabaseSync): number =>
  (pragma(db, 'page_count') - pragma(db, 'freelist_count')) * pragma(db, 'page_size');

/** Returns the size of the database, with the space that deleted rows have left. */
export const totalBytes = (db: DatabaseSync): number => pragma(db, 'page_count') * pragma(db, 'page_size');

/**
 * Where more than half of the file is free it is written anew, which takes as long as the rest of it is large.
 * @returns whether it was; not when the disk has no room for that, or another process is in the way.
 */
export const shrink = (db: DatabaseSync): boolean => {
  const free = pragma(db, 'freelist_count') * pragma(db, 'page_size');
  if (free < WORTH_BYTES || free * 2 < totalBytes(db)) return false;
  try {
    db.exec('VACUUM');
    return true;
  } catch {
    // The file stays as large as it is; the next call tries again.
    return false;
  }
};
