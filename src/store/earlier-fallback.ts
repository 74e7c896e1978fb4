/**
 * The store that an earlier Lifeline kept in the system's memory while its data folder could not be used. It is found at
 * the next start, and removed once its rows are on the disk.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../base/logger.ts';
import { isOwnFolder } from '../base/own-folder.ts';
import { openDatabase } from './database.ts';
import { databaseIn } from './files.ts';
import { integrityProblem } from './integrity.ts';
import { damageError, storeProblemOf } from './store-errors.ts';

/** @param base by default where the earlier Lifeline looked for room. */
export const earlierFallback = (dataDir: string, base = memoryBase()): string => {
  const hash = createHash('sha256')
    .update(canonical(resolve(dataDir)))
    .digest('hex')
    .slice(0, 16);
  return join(base, `lifeline-${process.getuid?.() ?? 'user'}-${hash}`);
};

const memoryBase = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
};

/** Returns the same name for the same folder, whether it exists or not. */
const canonical = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(canonical(dirname(path)), basename(path));
  }
};

/** @returns null when there is none, or it cannot be read: then it stays. @throws UserError `STORE_TOO_NEW` */
export const openEarlier = (folder: string, logger: Logger): DatabaseSync | null => {
  const path = databaseIn(folder);
  if (!isOwnFolder(folder) || !existsSync(path)) return null;
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(path);
    const problem = integrityProblem(db);
    if (problem !== null) throw damageError(path, problem);
    return db;
  } catch (err) {
    db?.close();
    if (storeProblemOf(err, folder) === null) throw err;
    logger.error({ err, path }, 'what an earlier Lifeline stored in memory cannot be read; it is left as it is');
    return null;
  }
};

export const removeEarlier = (folder: string, logger: Logger): void => {
  try {
    // The database first: what is left when this is cut short is not taken for one.
    rmSync(databaseIn(folder), { force: true });
    rmSync(folder, { recursive: true, force: true });
  } catch (err) {
    logger.warn({ err }, 'what an earlier Lifeline stored in memory could not be removed');
  }
};
