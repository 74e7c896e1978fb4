/**
 * Checks a database when it is opened. A damaged one is set aside, and a new one begins with the rows that can be read.
 */
import { existsSync, renameSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../database.ts';
import { removeDatabase, setAside, sizeOf } from '../files.ts';
import { layoutOf, recoverRows } from './recover-rows.ts';
import { tableNames } from '../table-info.ts';
import { damageError, isDamage } from '../store-errors.ts';

/**
 * @param onSetAside hears where a damaged file lies now that was found in its place.
 * @throws UserError as `openDatabase`, but not for damage.
 */
export const openIntact = (path: string, now: number, onSetAside: (path: string) => void): DatabaseSync => {
  const anew = `${path}.new`;
  // A log without its database would be deleted by SQLite, a folder in its place never opened.
  if (sizeOf(path) === 0 ? sizeOf(`${path}-wal`) > 0 : !statSync(path).isFile())
    onSetAside(setAside(path, 'damaged', now));
  // Lifeline ended between the last two steps below: the new one is whole.
  if (!existsSync(path) && existsSync(anew)) renameSync(anew, path);
  try {
    return openChecked(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  removeDatabase(anew);
  // In its own layout: a later step may move what is in a column.
  const db = openDatabase(anew, layoutOf(path));
  try {
    recoverRows(path, db);
  } finally {
    db.close();
  }
  onSetAside(setAside(path, 'damaged', now));
  renameSync(anew, path);
  return openDatabase(path);
};

const openChecked = (path: string): DatabaseSync => {
  const isNew = sizeOf(path) === 0;
  const db = openDatabase(path);
  // All of its steps were taken just now.
  if (isNew) return db;
  try {
    const finding = integrityProblem(db);
    if (finding !== null) throw damageError(path, finding);
    const there = tableNames(db);
    const missing = expectedTables().find((name) => !there.includes(name));
    if (missing !== undefined) throw damageError(path, `it has no table ${missing}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** @returns the first thing that is wrong with it. */
export const integrityProblem = (db: DatabaseSync): string | null => {
  // The quick check would not compare the indices with their tables.
  const finding = String(db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']);
  return finding === 'ok' ? null : finding;
};

let expected: readonly string[] | null = null;

/** Returns the tables of a new database. Computed once. */
export const expectedTables = (): readonly string[] => {
  if (expected !== null) return expected;
  const db = openDatabase(':memory:');
  try {
    return (expected = tableNames(db));
  } finally {
    db.close();
  }
};
