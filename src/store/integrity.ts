/** Checks a database when it is opened. A damaged one is set aside, and a new one begun. */
import { existsSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { copyTable, tablesOf } from './copy.ts';
import { openDatabase } from './database.ts';
import { setAside, sizeOf } from './files.ts';
import { damageError, isDamage } from './store-errors.ts';

/**
 * @param onSetAside hears where a damaged file lies now that was found in its place.
 * @throws UserError as `openDatabase`, but not for damage.
 */
export const openIntact = (path: string, now: number, onSetAside: (path: string) => void): DatabaseSync => {
  const restored = `${path}.new`;
  // A log without its database would be deleted by SQLite, a folder in its place never opened.
  if (sizeOf(path) === 0 ? sizeOf(`${path}-wal`) > 0 : !statSync(path).isFile())
    onSetAside(setAside(path, 'damaged', now));
  // A restore was cut short between its last two steps (`backup.ts`): this file is whole.
  if (!existsSync(path) && existsSync(restored)) renameSync(restored, path);
  try {
    return openChecked(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const aside = setAside(path, 'damaged', now);
  onSetAside(aside);
  const db = openDatabase(path);
  keepPeople(aside, db);
  return db;
};

const openChecked = (path: string): DatabaseSync => {
  const isNew = sizeOf(path) === 0;
  const db = openDatabase(path);
  // All of its steps were taken just now.
  if (isNew) return db;
  try {
    const finding = integrityProblem(db) ?? missingTable(db, expectedTables());
    if (finding !== null) throw damageError(path, finding);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** Who was paired, as far as it can be read: without them there may be nobody who could be told of the damage. */
const keepPeople = (aside: string, db: DatabaseSync): void => {
  let damaged: DatabaseSync | undefined;
  try {
    damaged = new DatabaseSync(aside, { readOnly: true });
    const people = tablesOf(db).find(({ name }) => name === 'operators');
    if (people) copyTable(damaged, db, people);
  } catch {
    // They pair anew.
  } finally {
    damaged?.close();
  }
};

/** @returns the first thing that is wrong with it. */
export const integrityProblem = (db: DatabaseSync): string | null => {
  // The quick check would not compare the indices with their tables.
  const finding = String(db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']);
  return finding === 'ok' ? null : finding;
};

export const missingTable = (db: DatabaseSync, expected: readonly string[]): string | null => {
  const there = tablesOf(db).map(({ name }) => name);
  const missing = expected.find((name) => !there.includes(name));
  return missing === undefined ? null : `it has no table ${missing}`;
};

let expected: readonly string[] | null = null;

/** Returns the tables of a new database. Computed once. */
export const expectedTables = (): readonly string[] => {
  if (expected !== null) return expected;
  const db = openDatabase(':memory:');
  try {
    return (expected = tablesOf(db).map(({ name }) => name));
  } finally {
    db.close();
  }
};
