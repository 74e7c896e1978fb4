/** One Lifeline for each app, among those of one user. */
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { takeUserLock } from '../../store/locks.ts';

/**
 * @returns a function that gives the lock back.
 * @throws UserError `FEISHU_APP_IN_USE` when another process holds it. Where no folder can be used, there is no lock
 * and that is logged: it is no reason to stay mute.
 */
export const lockApp = (folders: readonly string[], appId: string, logger: Logger): (() => void) => {
  const lock = takeUserLock(folders, `feishu-${appId}`);
  if (lock.outcome === 'held')
    throw new UserError(
      'FEISHU_APP_IN_USE',
      `Another Lifeline of this user uses the Feishu app ${appId}; each would get only a part of the messages. Stop it, or give this one an app of its own.`,
    );
  if (lock.outcome === 'taken') return lock.release;
  logger.warn({ folders, reasons: lock.problems }, 'whether another Lifeline uses this Feishu app cannot be checked');
  return () => undefined;
};
