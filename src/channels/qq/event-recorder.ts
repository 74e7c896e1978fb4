/** Writes down what events teach, all of one event at once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import { transaction } from '../../store/transaction.ts';
import type { Lesson } from './events.ts';
import type { People } from './send/people.ts';
import type { ReplyWindows } from './send/reply-window.ts';

export interface RecordedEvent {
  /** False for an event that was here before. */
  readonly isNew: boolean;
  /** There is a way to this person now that there was not when something was held back. */
  readonly opened: boolean;
}

export interface EventRecorder {
  /**
   * @param who of strangers nothing is written down.
   * @param isWaiting whether something was held back for a person.
   */
  take(lesson: Lesson, who: 'operator' | 'stranger', now: number, isWaiting: (user: string) => boolean): RecordedEvent;
}

/** Of an event that teaches nothing. */
export const NOTHING: RecordedEvent = { isNew: true, opened: false };

export interface EventRecorderOptions {
  readonly db: DatabaseSync;
  readonly replyWindows: ReplyWindows;
  /** Those of strangers. */
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
  take: ({ user, replyWindow, push, at }, who, now, isWaiting) => {
    if (who === 'stranger') return { isNew: replyWindow ? passing.add(replyWindow, now) : true, opened: false };
    const write = (): RecordedEvent => {
      const waited = isWaiting(user) || people.get(user).fix !== null;
      const isNew = replyWindow ? replyWindows.add(replyWindow, now) : true;
      const mayPush =
        push.is === 'wrote'
          ? people.wrote(user, at, now)
          : push.is === 'switched'
            ? people.switched(user, push.fix, at, now)
            : false;
      const direct = replyWindow?.chat.startsWith('user:') === true;
      return { isNew, opened: mayPush || (waited && isNew && direct) };
    };
    try {
      return transaction(db, write);
    } catch (thrown) {
      // A command must come through even when nothing can be written down.
      logger.error({ err: thrown }, 'QQ: an event could not be written down');
      return NOTHING;
    }
  },
});
