/** Stores what an event says of a person: its reply window and whether the bot may push. One transaction an event. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import { transaction } from '../../store/transaction.ts';
import type { EventFacts } from './event-facts.ts';
import type { People } from './send/people.ts';
import type { ReplyWindows } from './send/reply-window.ts';

export interface RecordedEvent {
  /** False for an event that was here before. */
  readonly isNew: boolean;
  /** A message that was held back for this person can be sent now. */
  readonly opened: boolean;
}

export interface EventRecorder {
  /**
   * @param who a stranger's event is not stored.
   * @param isWaiting whether something was held back for a person.
   */
  record(
    facts: EventFacts,
    who: 'operator' | 'stranger',
    now: number,
    isWaiting: (user: string) => boolean,
  ): RecordedEvent;
}

/** The result for an event from which nothing is stored. */
export const NOTHING_RECORDED: RecordedEvent = { isNew: true, opened: false };

export interface EventRecorderOptions {
  readonly db: DatabaseSync;
  readonly replyWindows: ReplyWindows;
  /** The reply windows of strangers. */
  readonly passing: ReplyWindows;
  readonly people: People;
  readonly logger: Logger;
}

export const createEventRecorder = ({
  db,
  replyWindows,
  passing,
  people,
  logger,
}: EventRecorderOptions): EventRecorder => ({
  record: ({ user, replyWindow, push, at }, who, now, isWaiting) => {
    if (who === 'stranger') return { isNew: replyWindow ? passing.add(replyWindow, now) : true, opened: false };
    const write = (): RecordedEvent => {
      const waited = isWaiting(user) || people.get(user).fix !== null;
      const isNew = replyWindow ? replyWindows.add(replyWindow, now) : true;
      const mayPush =
        (push.is === 'wrote' && people.wrote(user, at, now)) ||
        (push.is === 'switched' && people.switched(user, push.fix, at, now));
      const direct = replyWindow?.chat.startsWith('user:') === true;
      return { isNew, opened: mayPush || (waited && isNew && direct) };
    };
    try {
      return transaction(db, write);
    } catch (thrown) {
      // A command must come through even when nothing can be written down.
      logger.error({ err: thrown }, 'QQ: an event could not be written down');
      return NOTHING_RECORDED;
    }
  },
});
