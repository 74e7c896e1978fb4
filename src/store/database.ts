/** Lifeline's memory on the disk: one SQLite file, readable by its owner only. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { errorText, UserError } from '../base/errors.ts';
import { copyRows, keepCopyBefore, pathOfCopyBefore } from './copy.ts';
import { setKnowsSince } from './meta.ts';
import { MIGRATIONS } from './migrations.ts';
import { isBusy, isStoreError } from './store-errors.ts';
import { transaction } from './transaction.ts';

/** How long a write waits for another process (`lifeline check` beside `lifeline run`) to finish its own. */
const BUSY_MS = 5_000;
/** Between two tries where SQLite does not wait by itself. */
const BUSY_PAUSE_MS = 20;
/** The log beside the database shrinks to this again after it had to hold more. */
const LOG_BYTES = 4 * 1024 * 1024;

/**
 * Opens the database, makes it when it is not there and brings it up to date.
 * @throws UserError `STORE_UNREADABLE` when it cannot be opened or is no database, `STORE_TOO_NEW` when a newer
 * Lifeline wrote it.
 */
export const openDatabase = (path: string): DatabaseSync => {
  let db: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') makePrivate(path);
    db = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
    refuseNewer(db, path);
    beginWal(db);
    // FULL: what was promised (a message seen, a restart counted) survives a power cut. There are few writes.
    db.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${LOG_BYTES}`);
    migrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      'STORE_UNREADABLE',
      `The database ${path} cannot be used: ${errorText(error)}. Check that its folder belongs to you and has space left; if the file is damaged, move it away and Lifeline begins a new one.`,
      { cause: error },
    );
  }
};

/**
 * Lets the file have a write-ahead log. While another process writes to a file that has none yet, SQLite refuses this
 * at once, whatever the timeout is.
 */
const beginWal = (db: DatabaseSync): void => {
  for (const deadline = performance.now() + BUSY_MS; ; pause(BUSY_PAUSE_MS)) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
  }
};

/** Stands still for so long: a database is opened before anything else can be done. */
const pause = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/**
 * A folder that was there before keeps its mode: it may be shared. SQLite gives its side files the mode of the file.
 */
const makePrivate = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Only when it is not there: to close a file gives up this process's locks on it, and it may be open here already
  // (https://www.sqlite.org/howtocorrupt.html, 2.2).
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
};

/** Before anything is written: what a newer Lifeline made of it is not known here. @throws UserError `STORE_TOO_NEW` */
export const refuseNewer = (db: DatabaseSync, path: string): void => {
  const version = versionOf(db);
  if (version <= MIGRATIONS.length) return;
  const copy = pathOfCopyBefore(path, version);
  throw new UserError(
    'STORE_TOO_NEW',
    `The database ${path} was written by a newer Lifeline (version ${version} of its layout; this one knows ${MIGRATIONS.length}). Install that Lifeline again, or move the file away to begin a new one${existsSync(copy) ? ` (or to put ${copy} in its place, the copy from before)` : ''}.`,
  );
};

/**
 * Takes the steps that are missing, all in one transaction: each commit waits for the disk, and a new database takes
 * every step. @throws UserError `STORE_TOO_NEW` when another process has taken more than are known here.
 */
const migrate = (db: DatabaseSync, path: string): void => {
  const before = versionOf(db);
  if (before === MIGRATIONS.length) return;
  if (before > 0 && path !== ':memory:') keepCopyBefore(db, path, before);
  transaction(db, () => {
    refuseNewer(db, path);
    // Another process may have taken steps while this one waited for the lock.
    const version = versionOf(db);
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    if (version === 0) setKnowsSince(db, Date.now());
    if (version < MIGRATIONS.length) db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
};

export const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA user_version').get()?.['user_version']);

/**
 * Opens the database to read it, also on a disk that takes no write. @throws UserError `STORE_TOO_NEW`; SQLite's error.
 */
export const openReadOnly = (path: string): DatabaseSync => {
  let db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    try {
      versionOf(db);
    } catch (error) {
      // SQLite would make its side files even to read. Without a log there is nothing in one that could be missed.
      if (!isStoreError(error) || existsSync(`${path}-wal`)) throw error;
      db.close();
      db = new DatabaseSync(new URL(`${pathToFileURL(path).href}?immutable=1`), { readOnly: true });
    }
    refuseNewer(db, path);
    return db;
  } catch (error) {
    if (db.isOpen) db.close();
    throw error;
  }
};

/** Copies a database of any layout into one in memory that has the newest. @throws SQLite's error. */
export const inMemory = (from: DatabaseSync): DatabaseSync => {
  const version = versionOf(from);
  // Row by row as they are: an order of tables that suits their references is not the matter.
  const db = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  try {
    for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${version}`);
    copyRows(from, db, 'whole');
    migrate(db, ':memory:');
    db.exec('PRAGMA foreign_keys = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

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
