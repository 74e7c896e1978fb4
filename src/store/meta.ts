/** Small things to remember, by name. */
import type { DatabaseSync } from 'node:sqlite';

export interface Meta {
  get(key: string): string | null;
  /** null forgets it. */
  set(key: string, value: string | null): void;
}

export const createMeta = (db: DatabaseSync): Meta => {
  const select = db.prepare('SELECT value FROM meta WHERE key = ?');
  const upsert = db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare('DELETE FROM meta WHERE key = ?');
  return {
    get: (key) => {
      const row = select.get(key);
      return row ? String(row['value']) : null;
    },
    set: (key, value) => {
      if (value === null) remove.run(key);
      else upsert.run(key, value);
    },
  };
};

const KNOWS_SINCE = 'store.knows_since';

/**
 * Since when the store knows what was done. A platform may deliver again what was carried out before the data folder
 * was deleted, or before a backup was put back; the store has no trace of that.
 * @returns milliseconds since the epoch; null: the store is from before this was written down, and as old as need be.
 */
export const knowsSince = (db: DatabaseSync): number | null => {
  const value = createMeta(db).get(KNOWS_SINCE);
  return value === null ? null : Number(value);
};

export const setKnowsSince = (db: DatabaseSync, now: number): void => createMeta(db).set(KNOWS_SINCE, String(now));
