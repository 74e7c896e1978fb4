/**
 * Lifeline's store: in the data folder, or in the memory of this process while that is full, read-only or broken.
 * Lifeline goes on in every case; `problem` and `findingsOf` say what is to be told.
 */
import { existsSync, mkdirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import { copyRows, copyTo } from './copy.ts';
import { inMemory, openDatabase, openReadOnly, totalBytes } from './database.ts';
import { earlierFallback, openEarlier, removeEarlier } from './earlier-fallback.ts';
import { databaseIn, identityOf, removeLeftovers, setAside } from './files.ts';
import { openIntact } from './integrity.ts';
import { lockFolder, type Lock } from './locks.ts';
import { createMeta } from './meta.ts';
import { refuseForeignFolder } from './private-folder.ts';
import { hasRoom, isBusy, isDamage, isStoreError, storeProblemOf, type StoreProblem } from './store-errors.ts';

export interface Store {
  readonly db: DatabaseSync;
  readonly where: 'disk' | 'memory';
  /** Why the store is in memory; null: it is on the disk. */
  readonly problem: StoreProblem | null;
  /**
   * To be called every ten seconds or so; writes. At `lost` and at `disk_is_back` the owner ends what uses the store,
   * closes it and opens it anew.
   */
  check(now: number): 'ok' | 'lost' | 'disk_is_back';
  close(): void;
}

/** What one opening leaves to the next in the same process. */
export interface StoreHandover {
  lock: Lock | null;
  /** What is nowhere but here. */
  memory: DatabaseSync | null;
}

export interface StoreOptions {
  /** Absent: what is in memory is gone when the store is closed. */
  readonly handover?: StoreHandover;
  /** Where an earlier Lifeline may have left something. */
  readonly earlier?: string;
  readonly logger?: Logger;
  readonly now?: number;
}

/** Between two tries to bring what is in memory back to the disk. */
const RETRY_MS = 30_000;
/** To copy the store back takes its size in the database and again in the log; the rest is a reserve. */
const roomFor = (bytes: number): number => 3 * bytes + 4 * 1024 * 1024;
/** How many checks in a row another process may hold the database; each waits some seconds for it. */
const BUSY_CHECKS = 3;
/**
 * Takes the data folder for this process alone and opens the store.
 * @throws UserError `ALREADY_RUNNING`, `STORE_TOO_NEW`, `DATA_FOLDER_FOREIGN`
 */
export const openStore = (
  dataDir: string,
  { handover, earlier = earlierFallback(dataDir), logger = silentLogger(), now = Date.now() }: StoreOptions = {},
): Store => {
  refuseForeignFolder(dataDir);
  const lock = takeLock(dataDir, handover);
  try {
    const opened = open(dataDir, handover?.memory ?? null, { earlier, now, logger });
    if (handover) {
      if (handover.memory !== opened.db) handover.memory?.close();
      handover.memory = null;
    }
    const { db, where } = opened;
    const disk = where === 'disk' ? watchDisk(db, dataDir) : null;
    return {
      ...opened,
      check: disk === null ? tryDisk(db, dataDir, { now, logger }) : disk.check,
      close: () => {
        const memory = disk === null ? db : leaveDisk(db, dataDir, disk.state(), logger);
        if (handover) Object.assign(handover, { lock, memory });
        else {
          memory?.close();
          lock?.release();
        }
      },
    };
  } catch (error) {
    lock?.release();
    if (handover) handover.lock = null;
    throw error;
  }
};

/** @returns null where no file can be locked: the folder is not there, and cannot be made. */
const takeLock = (dataDir: string, handover: StoreHandover | undefined): Lock | null => {
  if (handover?.lock?.isInPlace()) return handover.lock;
  handover?.lock?.release();
  try {
    return lockFolder(dataDir);
  } catch (error) {
    if (error instanceof UserError) throw error;
    return null;
  }
};

interface Opening {
  readonly now: number;
  readonly logger: Logger;
}

/** @param memory what this process has in memory. */
const open = (
  dataDir: string,
  memory: DatabaseSync | null,
  { earlier, ...opening }: Opening & { readonly earlier: string },
): Pick<Store, 'db' | 'where' | 'problem'> => {
  const { now, logger } = opening;
  const path = databaseIn(dataDir);
  const left = memory ?? openEarlier(earlier, logger);
  try {
    const db = openDisk(path, left, opening);
    if (left !== null && left !== memory) {
      left.close();
      removeEarlier(earlier, logger);
    }
    return { db, where: 'disk', problem: null };
  } catch (error) {
    const problem = storeProblemOf(error, dataDir);
    if (problem === null) throw error;
    logger.error({ ...problem, dataDir }, 'the data folder cannot be used; Lifeline goes on in memory');
    const db = memory ?? readIntoMemory(path, left, logger);
    writeMark(db, now);
    return { db, where: 'memory', problem };
  } finally {
    if (left !== memory && left?.isOpen) left.close();
  }
};

/** @param left what was stored elsewhere meanwhile. @throws when it cannot be opened or does not take a write. */
const openDisk = (path: string, left: DatabaseSync | null, { now, logger }: Opening): DatabaseSync => {
  let aside: string | null = null;
  const db = openIntact(path, now, (damaged) => {
    aside = damaged;
    logger.error({ path: aside }, 'the database was damaged; it is set aside, and a new one is begun');
  });
  try {
    if (left !== null && markOf(left) > markOf(db)) {
      const isApart = createMeta(left).get(APART) !== null;
      // Only the newest such copy is kept.
      if (isApart && markOf(db) > 0) copyTo(db, `${path}.replaced`);
      copyRows(left, db, isApart ? 'merged' : 'whole');
      createMeta(db).set(APART, null);
      logger.warn({ path }, 'what was stored in memory meanwhile is on the disk');
    }
    if (aside !== null) createMeta(db).set(DAMAGED, aside);
    // Proves that the store can be written.
    writeMark(db, now);
  } catch (error) {
    db.close();
    throw error;
  }
  try {
    removeLeftovers(path, now);
  } catch (err) {
    logger.warn({ err }, 'what earlier runs left in the data folder could not be removed');
  }
  return db;
};

/** The newer one of what the disk has and `left`, as far as they can be read; else a new store. */
const readIntoMemory = (path: string, left: DatabaseSync | null, logger: Logger): DatabaseSync => {
  let disk: DatabaseSync | null = null;
  try {
    disk = existsSync(path) ? openReadOnly(path) : null;
    if (disk !== null && (left === null || markOf(disk) >= markOf(left))) return inMemory(disk);
  } catch (err) {
    if (err instanceof UserError) throw err;
    logger.error({ err }, 'the database cannot even be read; a new one is begun in memory');
  } finally {
    disk?.close();
  }
  if (left !== null) return inMemory(left);
  const db = openDatabase(':memory:');
  createMeta(db).set(APART, 'yes');
  return db;
};

/**
 * The mark says which of two stores is the newer: the time of its last check, as a number that only grows and is copied
 * with the store.
 */
const MARK = 'store.mark';
/** Set in a store that began empty because the data folder could not be read: it has none of the rows there. */
const APART = 'store.apart';
/** What was found and is still to be told: where a damaged database lies; that the database was removed. */
const DAMAGED = 'store.damaged';
const REMOVED = 'store.removed';

export const markOf = (db: DatabaseSync): number => {
  try {
    return Number(createMeta(db).get(MARK) ?? 0);
  } catch (error) {
    // The first layouts have no such table.
    if (isDamage(error)) return 0;
    throw error;
  }
};

/** Grows also when the clock is set back. */
export const writeMark = (db: DatabaseSync, now: number): void =>
  createMeta(db).set(MARK, String(Math.max(markOf(db) + 1, Math.trunc(now))));

export interface StoreFindings {
  /** Where a damaged database lies that was set aside. */
  readonly damaged: string | null;
  /** The database was removed from the data folder while Lifeline ran. */
  readonly removed: boolean;
}

/** What was found of the store and not told yet. To be called in the transaction that tells it. */
export const takeFindings = (db: DatabaseSync): StoreFindings => {
  const meta = createMeta(db);
  const found = { damaged: meta.get(DAMAGED), removed: meta.get(REMOVED) !== null };
  for (const key of [DAMAGED, REMOVED]) if (meta.get(key) !== null) meta.set(key, null);
  return found;
};

/** `removed`: another file, or none, lies in the place of the one that is open. */
type DiskState = 'good' | 'lost' | 'removed';

const watchDisk = (db: DatabaseSync, dataDir: string): Pick<Store, 'check'> & { state(): DiskState } => {
  const path = databaseIn(dataDir);
  const file = identityOf(path);
  let isLost = false;
  let busy = 0;
  const state = (): DiskState => {
    try {
      if (identityOf(path) !== file) return 'removed';
    } catch {
      isLost = true;
    }
    return isLost ? 'lost' : 'good';
  };
  return {
    state,
    check: (now) => {
      if (state() !== 'good') return 'lost';
      try {
        writeMark(db, now);
        busy = 0;
      } catch (error) {
        if (isBusy(error)) isLost = ++busy >= BUSY_CHECKS;
        else if (isStoreError(error)) isLost = true;
        else throw error;
      }
      return isLost ? 'lost' : 'ok';
    },
  };
};

/** Tries from time to time to write what is in memory to the disk. */
const tryDisk = (db: DatabaseSync, dataDir: string, { now: openedAt, logger }: Opening): Store['check'] => {
  let triedAt = openedAt;
  return (now) => {
    writeMark(db, now);
    if (Math.abs(now - triedAt) < RETRY_MS || !hasRoom(dataDir, roomFor(totalBytes(db)))) return 'ok';
    triedAt = now;
    try {
      const disk = openDisk(databaseIn(dataDir), db, { now, logger });
      // What is written here until the store is opened anew must go there, too.
      writeMark(db, markOf(disk) + 1);
      disk.close();
      return 'disk_is_back';
    } catch (err) {
      logger.debug({ err, dataDir }, 'the data folder cannot be used yet');
      return 'ok';
    }
  };
};

/**
 * Closes the store on the disk. Where that is lost, its rows are taken from the open handle before anything else; where
 * its file was removed, they are written into a new one. @returns the rows that are nowhere else.
 */
const leaveDisk = (db: DatabaseSync, dataDir: string, state: DiskState, logger: Logger): DatabaseSync | null => {
  let rows: DatabaseSync | null = null;
  try {
    if (state !== 'good') rows = inMemory(db);
  } catch (err) {
    logger.error({ err }, 'what the open database has cannot be read any more');
  } finally {
    db.close();
  }
  if (rows === null || state !== 'removed') return rows;
  const path = databaseIn(dataDir);
  createMeta(rows).set(REMOVED, 'yes');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // SQLite would take the log of another file for that of the new one.
    if (existsSync(path) || existsSync(`${path}-wal`)) setAside(path, 'replaced', Date.now());
    copyTo(rows, path);
    rows.close();
    return null;
  } catch (err) {
    logger.error({ err, path }, 'the database was removed, and cannot be written anew');
    return rows;
  }
};
