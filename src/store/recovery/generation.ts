/** Which of two copies of the store is the newer: a number that only grows, carried along when the store is copied. */
import type { DatabaseSync } from 'node:sqlite';
import { createMeta } from '../meta.ts';

const MARK = 'store.mark';
const APART = 'store.apart';

export const markOf = (db: DatabaseSync): number => Number(createMeta(db).get(MARK) ?? 0);

/**
 * Writes the mark; this is also the proof that the database can be written. It holds the time, so that copies that
 * went apart can be compared, and yet grows when the clock is set back.
 */
export const createMark = (db: DatabaseSync): ((now: number) => void) => {
  const advance = db.prepare(`
    INSERT INTO meta (key, value) VALUES ('${MARK}', CAST(? AS INTEGER))
    ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER) + 1, CAST(excluded.value AS INTEGER))`);
  return (now) => {
    advance.run(now);
  };
};

/** Of a spare that began empty, because the data folder could not even be read: it knows nothing of what lies there. */
export const isApart = (db: DatabaseSync): boolean => createMeta(db).get(APART) !== null;
export const setApart = (db: DatabaseSync, apart: boolean): void => createMeta(db).set(APART, apart ? 'yes' : null);
