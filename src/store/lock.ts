import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../base/errors.ts';

/**
 * Makes this process the only Lifeline with this data folder. The lock is SQLite's own file lock, which the system
 * frees when the process ends, however it ends.
 * @returns a function that gives the lock back.
 * @throws UserError `ALREADY_RUNNING` when another Lifeline holds it.
 */
export const lockDataFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, 'lifeline.lock'));
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (/locked|busy/i.test((error as Error).message)) {
      throw new UserError('ALREADY_RUNNING', `Another Lifeline is running with the data folder ${folder}. Stop it first, or set another "data_dir".`);
    }
    throw error;
  }
  return () => lock.close();
};
