import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { errorText, UserError } from '../../base/errors.ts';
import { inMemory, openReadOnly, versionOf } from '../../store/database.ts';
import { databaseIn } from '../../store/files.ts';
import { MIGRATIONS } from '../../store/migrations.ts';

/**
 * Opens the database beside a bot that may be running, and never writes. A database of an older Lifeline is opened as a
 * copy in memory: the next start of the bot brings the file up to date. Returns null when there is no database yet.
 * @throws UserError `STORE_TOO_NEW`, `STORE_UNREADABLE`.
 */
export const openToRead = (dataDir: string): DatabaseSync | null => {
  const path = databaseIn(dataDir);
  if (!existsSync(path)) return null;
  let db: DatabaseSync | undefined;
  try {
    db = openReadOnly(path);
    if (versionOf(db) === MIGRATIONS.length) return db;
    const copy = inMemory(db);
    db.close();
    return copy;
  } catch (error) {
    db?.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'STORE_UNREADABLE',
      `The database ${path} cannot be read: ${errorText(error)}. Read it as the user that Lifeline runs as; if the file is damaged, Lifeline sets it aside at its next start.`,
      { cause: error },
    );
  }
};
