/**
 * The generation says which of two copies of the store is the newer: a number that only grows and is copied with the
 * store.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createMeta } from '../meta.ts';

const GENERATION_KEY = 'store.mark';
const BEGAN_EMPTY_KEY = 'store.apart';

export const generationOf = (db: DatabaseSync): number => Number(createMeta(db).get(GENERATION_KEY) ?? 0);

/**
 * Returns a function that writes the next generation, which also proves that the database can be written. The number is
 * the time, so that copies that were both written can be compared, and it grows even when the clock is set back.
 */
export const createGenerationWriter = (db: DatabaseSync): ((now: number) => void) => {
  const advance = db.prepare(`
    INSERT INTO meta (key, value) VALUES ('${GENERATION_KEY}', CAST(? AS INTEGER))
    ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER) + 1, CAST(excluded.value AS INTEGER))`);
  return (now) => {
    advance.run(now);
  };
};

/** Whether a fallback store began empty, because the data folder could not be read: it has none of the rows there. */
export const beganEmpty = (db: DatabaseSync): boolean => createMeta(db).get(BEGAN_EMPTY_KEY) !== null;
export const setBeganEmpty = (db: DatabaseSync, empty: boolean): void =>
  createMeta(db).set(BEGAN_EMPTY_KEY, empty ? 'yes' : null);
