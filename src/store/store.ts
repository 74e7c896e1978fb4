/**
 * Lifeline's store, wherever it can be: in the data folder, or in memory while that is full, read-only or broken. What
 * is damaged is set aside. Lifeline goes on in every case, and `problem` and `setAside` say what is to be told.
 */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { silentLogger, type Logger } from '../base/logger.ts';
import { isOwnFolder } from '../base/own-folder.ts';
import { openDatabase } from './database.ts';
import { databaseIn, sizeOf } from './files.ts';
import { createGenerationWriter } from './recovery/generation.ts';
import { openDiskStore, type Opening } from './disk-store.ts';
import { openFallbackStore } from './recovery/fallback-store.ts';
import { refuseForeignFolder } from './private-folder.ts';
import { hasSpace, acceptsWrites } from './disk-probe.ts';
import { fallbackFolder } from './recovery/fallback-folder.ts';
import { lockStore } from './store-lock.ts';
import { isBusy, isStoreError, storeProblemOf, type StoreProblem } from './store-errors.ts';

export type { StoreProblem } from './store-errors.ts';
export { isStoreError } from './store-errors.ts';

export interface Store {
  readonly db: DatabaseSync;
  readonly where: 'disk' | 'fallback';
  /** Why the fallback store is in use; null: the data folder's store is. */
  readonly problem: StoreProblem | null;
  /** The path of a damaged file that was set aside at this opening. */
  readonly setAside: string | null;
  /**
   * To be called every ten seconds or so; writes. At `lost` and at `disk_is_back` the owner ends what uses the store,
   * closes it and opens it anew.
   */
  check(now: number): 'ok' | 'lost' | 'disk_is_back';
  close(): void;
}

export interface StoreOptions {
  /** The folder in which the fallback folder is made; by default the system's memory. */
  readonly fallbackDir?: string;
  readonly logger?: Logger;
  readonly now?: number;
}

const MEMORY = ':memory:';
/** After an opening that failed, and between two tries to see whether the disk is back: these read and write much. */
const RETRY_MS = 30_000;
/** To copy the fallback store back takes its size in the database and again in the log; the rest is a reserve. */
const roomFor = (bytes: number): number => 3 * bytes + 4 * 1024 * 1024;
/** How many checks in a row another process may hold the database; each waits some seconds for it. */
const BUSY_CHECKS = 3;

/**
 * Takes the data folder for this process alone and opens the store.
 * @throws UserError `ALREADY_RUNNING`, `STORE_TOO_NEW`, `DATA_FOLDER_FOREIGN`
 */
export const openStore = (
  dataDir: string,
  { fallbackDir: fallbackDir, logger = silentLogger(), now = Date.now() }: StoreOptions = {},
): Store => {
  refuseForeignFolder(dataDir);
  const lock = lockStore(dataDir, fallbackFolder(dataDir, fallbackDir));
  let aside: string | null = null;
  const opening: Opening = {
    dataDir,
    lock,
    now,
    logger,
    onSetAside: (path) => {
      aside = path;
      logger.error({ path }, 'the database was damaged; it is set aside, and what could be read of it is in a new one');
    },
  };
  try {
    const opened = open(opening);
    return {
      ...opened,
      setAside: aside,
      check: createCheck(opened, dataDir, now),
      close: () => {
        try {
          opened.db.close();
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** The database that is in use, for a process that reads or writes it beside the one that holds the lock. */
export const storePath = (dataDir: string, fallbackDir?: string): string => {
  const folder = fallbackFolder(dataDir, fallbackDir);
  return isOwnFolder(folder) && existsSync(databaseIn(folder)) ? databaseIn(folder) : databaseIn(dataDir);
};

interface Opened extends Pick<Store, 'db' | 'where' | 'problem'> {
  readonly path: string;
}

const open = (opening: Opening): Opened => {
  const { dataDir, lock, logger } = opening;
  let problem: StoreProblem | null;
  try {
    return { db: openDiskStore(opening), path: databaseIn(dataDir), where: 'disk', problem: null };
  } catch (error) {
    problem = storeProblemOf(error, dataDir);
    if (problem === null) throw error;
    logger.error({ ...problem, dataDir }, 'the data folder cannot be used; Lifeline goes on in memory');
  }
  try {
    const folder = lock.fallback();
    if (folder !== null)
      return { db: openFallbackStore(folder, opening), path: databaseIn(folder), where: 'fallback', problem };
  } catch (error) {
    if (storeProblemOf(error, dataDir) === null) throw error;
    logger.error({ err: error }, 'the fallback store cannot be used either; what is stored now ends with this process');
  }
  return { db: openDatabase(MEMORY), path: MEMORY, where: 'fallback', problem };
};

const createCheck = ({ db, path, where }: Opened, dataDir: string, openedAt: number): Store['check'] => {
  const writeGeneration = createGenerationWriter(db);
  let busy = 0;
  let triedAt = openedAt;
  return (now) => {
    // A file that was deleted can be written for as long as it is open, and is gone with this process.
    if (path !== MEMORY && !existsSync(path)) return 'lost';
    try {
      writeGeneration(now);
      busy = 0;
    } catch (error) {
      if (isBusy(error)) return ++busy < BUSY_CHECKS ? 'ok' : 'lost';
      if (isStoreError(error)) return 'lost';
      throw error;
    }
    const bytes = roomFor(sizeOf(path) + sizeOf(`${path}-wal`));
    if (where === 'disk' || Math.abs(now - triedAt) < RETRY_MS || !hasSpace(dataDir, bytes)) return 'ok';
    triedAt = now;
    return acceptsWrites(dataDir, bytes) ? 'disk_is_back' : 'ok';
  };
};
