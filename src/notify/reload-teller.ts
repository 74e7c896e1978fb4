/**
 * Tells how a reload ended. Who asked for it on the phone is remembered on the disk, because the answer comes from the
 * app that is started then, or from the next process.
 */
import type { DatabaseSync } from 'node:sqlite';
import { notReloadedMessage, reloadedMessage, type ReloadOutcome } from '../chat/reload-messages.ts';
import type { ReloadAsked } from '../chat/command.ts';
import type { Message } from '../chat/message.ts';
import type { Answer } from '../healing/decision.ts';
import { createMeta } from '../store/meta.ts';
import { transaction } from '../store/transaction.ts';
import type { Locale } from '../text/locale.ts';
import type { Addressee } from './entry.ts';
import type { Outbox } from './outbox.ts';
import { ownThread } from './thread.ts';
import { waysOf } from './ways.ts';

const KEY = 'reload_asked';

export interface ReloadTellerOptions {
  readonly db: DatabaseSync;
  readonly outbox: Outbox;
  /** Everybody who gets the alerts, as it stands now. */
  readonly to: () => readonly Addressee[];
  readonly locale: Locale;
  readonly now: () => number;
  readonly onQueued: () => void;
}

export interface ReloadTeller {
  /** Somebody asked for it and waits for the answer. */
  asked(by: Answer): void;
  /** It has ended; null: this process finds that an earlier one did not come to its end. */
  ended(outcome: ReloadOutcome | null): void;
  /** Nobody asked on the phone, and the file is not as it must be: all operators hear of it. */
  refused(why: Extract<ReloadAsked, { kind: 'bad' | 'fixed' }>): void;
}

export const createReloadTeller = ({ db, outbox, to, locale, now, onQueued }: ReloadTellerOptions): ReloadTeller => {
  const meta = createMeta(db);
  const enqueue = (kind: 'result' | 'reload', message: Message, people: readonly Addressee[]): void => {
    outbox.enqueue({ thread: ownThread('reload', now()), kind, message, at: now() }, people);
  };
  return {
    asked: (by) => meta.set(KEY, JSON.stringify(by)),
    ended: (outcome) => {
      const by = parse(meta.get(KEY));
      // Whoever sent a signal sees the log; that it has failed is for everybody.
      if (by === null && outcome?.kind !== 'failed') return;
      transaction(db, () => {
        meta.set(KEY, null);
        enqueue(by === null ? 'reload' : 'result', reloadedMessage(outcome, locale), by === null ? to() : [waysOf(by, to())]);
      });
      onQueued();
    },
    refused: (why) => {
      enqueue('reload', notReloadedMessage(why, locale), to());
      onQueued();
    },
  };
};

const parse = (text: string | null): Answer | null => {
  try {
    const answer = text === null ? null : (JSON.parse(text) as Partial<Answer>);
    return typeof answer?.channel === 'string' && typeof answer.user === 'string' ? (answer as Answer) : null;
  } catch {
    return null;
  }
};
