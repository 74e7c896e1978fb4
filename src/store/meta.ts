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
