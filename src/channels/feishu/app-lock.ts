/**
 * One Lifeline a machine for each app. Kept like the data folder's lock, by SQLite's own file lock, which the system
 * frees when the process ends, however it ends: a written pid would need a guess whether it is still the same process.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorText, UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';

/**
 * @returns a function that gives the lock back.
 * @throws UserError `FEISHU_APP_IN_USE` when another process holds it. A folder that cannot be used is no reason to
 * stay mute: that is logged, and there is no lock.
 */
export const lockApp = (folder: string, appId: string, logger: Logger): (() => void) => {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(folder, `feishu-${appId}.lock`));
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    const held = lock;
    return () => held.close();
  } catch (error) {
    lock?.close();
    if (/locked|busy/i.test(errorText(error))) {
      throw new UserError('FEISHU_APP_IN_USE', `Another Lifeline on this machine uses the Feishu app ${appId}; each would get only a part of the messages. Stop it, or give this one an app of its own.`);
    }
    logger.warn({ folder, reason: errorText(error) }, 'whether another Lifeline uses this Feishu app cannot be checked');
    return () => undefined;
  }
};
