/** Writes down what events teach, all of one event at once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import { transaction } from '../../store/transaction.ts';
import { learnFrom } from './events.ts';
import type { Dispatch } from './link/connection.ts';
import type { People } from './send/people.ts';
import type { Tickets } from './send/tickets.ts';

export interface Learnt {
  readonly user: string;
  /** False for an event that was here before. */
  readonly isNew: boolean;
  /** There is a way to this person now that there was not when something was held back. */
  readonly opened: boolean;
}

export interface School {
  /** @param isWaiting whether something was held back for a person. */
  take(event: Dispatch, now: number, isWaiting: (user: string) => boolean): Learnt;
}

const NOTHING: Learnt = { user: '', isNew: true, opened: false };

export interface SchoolOptions {
  readonly db: DatabaseSync;
  readonly tickets: Tickets;
  /** Those of strangers. */
  readonly passing: Tickets;
  readonly people: People;
  /** Whether this may be an operator; of others nothing is written down. */
  readonly isKnown: (user: string) => boolean;
  readonly logger: Logger;
}

export const createSchool = ({ db, tickets, passing, people, isKnown, logger }: SchoolOptions): School => ({
  take: (event, now, isWaiting) => {
    const lesson = learnFrom(event, now);
    if (!lesson) return NOTHING;
    const { user, ticket, push, at } = lesson;
    if (!isKnown(user)) return { user, isNew: ticket ? passing.add(ticket, now) : true, opened: false };
    const write = (): Learnt => {
      const waited = isWaiting(user) || people.get(user).fix !== null;
      const isNew = ticket ? tickets.add(ticket, now) : true;
      const mayPush = push.is === 'wrote' ? people.wrote(user, at, now) : push.is === 'switched' ? people.switched(user, push.fix, at, now) : false;
      const direct = ticket?.chat.startsWith('user:') === true;
      return { user, isNew, opened: mayPush || (waited && isNew && direct) };
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
