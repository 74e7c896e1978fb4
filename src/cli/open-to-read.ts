import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../store/database.ts';
import { storePath } from '../store/store.ts';
import { MIGRATIONS } from '../store/migrations.ts';

/**
 * Opens the database beside a bot that may be running, and writes nothing unless its layout is an older one.
 * @returns null when there is none yet.
 * @throws UserError as `openDatabase` does.
 */
export const openToRead = (dataDir: string): DatabaseSync | null => {
  const path = storePath(dataDir);
  if (!existsSync(path)) return null;
  return openAsItIs(path) ?? openDatabase(path);
};

/** @returns null when that does not work: opening it in earnest tells why. */
const openAsItIs = (path: string): DatabaseSync | null => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    if (Number(db.prepare('PRAGMA user_version').get()?.['user_version']) === MIGRATIONS.length) return db;
  } catch {
    // Told by whoever opens it next.
  }
  db?.close();
  return null;
};
