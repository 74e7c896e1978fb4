/**
 * A lock that one of a user's processes can hold. Kept like the data folder's, by SQLite's own file lock, which the
 * system frees when the process ends, however it ends: a written pid would need a guess whether it is still the same
 * process. It lies where no other user can hold it, or lead it elsewhere.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorText } from '../base/errors.ts';
import { makeOwnFolder } from '../base/own-folder.ts';
import { isBusy } from './store-errors.ts';

export type UserLock =
  | { readonly outcome: 'taken'; readonly release: () => void }
  /** Another process holds this file. */
  | { readonly outcome: 'held'; readonly file: string }
  /** In none of the folders there can be a lock. */
  | { readonly outcome: 'impossible'; readonly problems: readonly string[] };

/** Takes the lock in each of the folders: two processes that have one of them in common see each other. */
export const takeUserLock = (folders: readonly string[], name: string): UserLock => {
  const locks: DatabaseSync[] = [];
  const release = (): void => locks.splice(0).forEach((lock) => lock.close());
  const problems: string[] = [];
  for (const folder of folders) {
    const file = join(folder, `${name}.lock`);
    let lock: DatabaseSync | undefined;
    try {
      makeOwnFolder(folder);
      lock = new DatabaseSync(file);
      // The journal in memory: a process that ends without closing the lock leaves no journal file behind.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      locks.push(lock);
    } catch (error) {
      lock?.close();
      if (isBusy(error)) {
        release();
        return { outcome: 'held', file };
      }
      problems.push(errorText(error));
    }
  }
  return locks.length > 0 ? { outcome: 'taken', release } : { outcome: 'impossible', problems };
};
