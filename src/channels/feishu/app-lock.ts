/**
 * One Lifeline for each app, among those of one user. Kept like the data folder's lock, by SQLite's own file lock,
 * which the system frees when the process ends, however it ends: a written pid would need a guess whether it is still
 * the same process. It lies where no other user can hold it, or lead it elsewhere.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorText, UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { makeOwnFolder } from '../../base/own-folder.ts';

/**
 * Takes the lock in each of the folders: two Lifelines that have one of them in common see each other.
 * @returns a function that gives the lock back.
 * @throws UserError `FEISHU_APP_IN_USE` when another process holds it. Where no folder can be used, there is no lock
 * and that is logged: it is no reason to stay mute.
 */
export const lockApp = (folders: readonly string[], appId: string, logger: Logger): (() => void) => {
  const held: DatabaseSync[] = [];
  const release = (): void => held.splice(0).forEach((lock) => lock.close());
  const problems: string[] = [];
  for (const folder of folders) {
    let lock: DatabaseSync | undefined;
    try {
      makeOwnFolder(folder);
      lock = new DatabaseSync(join(folder, `feishu-${appId}.lock`));
      // The journal in memory: a process that ends without closing the lock leaves no journal file behind.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      held.push(lock);
    } catch (error) {
      lock?.close();
      if (/locked|busy/i.test(errorText(error))) {
        release();
        throw new UserError(
          'FEISHU_APP_IN_USE',
          `Another Lifeline of this user uses the Feishu app ${appId}; each would get only a part of the messages. Stop it, or give this one an app of its own.`,
        );
      }
      problems.push(errorText(error));
    }
  }
  if (held.length === 0)
    logger.warn({ folders, reasons: problems }, 'whether another Lifeline uses this Feishu app cannot be checked');
  return release;
};
