/** One command at a time changes a fleet's folder. The lock is SQLite's own, which the system frees however a process ends. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorText, UserError } from '../../base/errors.ts';
import { makeLockFile } from '../../store/lock-holder.ts';
import { isBusy } from '../../store/store-errors.ts';

const LOCK = 'fleet.lock';
/** A change takes milliseconds. */
const PATIENCE_MS = 10_000;

export const cannotWrite = (folder: string, error: unknown): UserError =>
  new UserError(
    'FLEET_CANNOT_WRITE',
    `The fleet cannot be written into ${folder}: ${errorText(error)}. Make room there and see that the folder is yours, and run the same command again.`,
    { cause: error },
  );

/**
 * Returns what `work` returns, which no other command disturbs.
 * @throws UserError when another does not end, or when the disk refuses what `work` writes; what `work` throws as such.
 */
export const inFolder = <T>(folder: string, work: () => T, patienceMs = PATIENCE_MS): T => {
  let db: DatabaseSync | null = null;
  try {
    makeLockFile(join(folder, LOCK));
    db = new DatabaseSync(join(folder, LOCK));
    // The journal in memory: nothing is written.
    db.exec(`PRAGMA busy_timeout = ${patienceMs}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`);
    return work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (isBusy(error))
      throw new UserError('FLEET_BUSY', `Another "lifeline fleet" is changing ${folder}. Run the same command again.`);
    throw cannotWrite(folder, error);
  } finally {
    db?.close();
  }
};
