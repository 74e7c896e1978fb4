/**
 * Since when the store knows what was done. A platform may deliver again what was carried out before the data folder
 * was deleted, or before a backup was put back; the store has no trace of that.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createMeta } from './meta.ts';

const KEY = 'store.knows_since';

/**
 * @returns milliseconds since the epoch; null: the store is from before this was written down, and as old as need be.
 */
export const knowsSince = (db: DatabaseSync): number | null => {
  const value = createMeta(db).get(KEY);
  return value === null ? null : Number(value);
};

export const setKnowsSince = (db: DatabaseSync, now: number): void => createMeta(db).set(KEY, String(now));
