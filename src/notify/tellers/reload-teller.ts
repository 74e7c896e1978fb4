/**
 * Tells how a reload ended. Who asked for it on the phone is remembered on the disk, because the answer comes from the
 * app that is started then, or from the next process.
 */
import type { DatabaseSync } from 'node:sqlite';
import { notReloadedMessage, reloadedMessage, type ReloadOutcome } from '../../chat/message/reload-messages.ts';
import type { ReloadAsked } from '../../chat/command/command.ts';
import type { Message } from '../../chat/message/message.ts';
import type { ReplyAddress } from '../../healing/treatment.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import type { Locale } from '../../text/locale.ts';
import { waysOf, type Addressee } from '../recipients/addressees.ts';
import type { Outbox } from '../outbox/queue.ts';

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
  /** Somebody asked for it and waits for the answer: from now on they get one, whatever ends this app. */
  promise(to: ReplyAddress): void;
  /** They have had their answer already. */
  withdraw(to: ReplyAddress): void;
  /** It has ended; null: this process finds that an earlier one did not come to its end. */
  ended(outcome: ReloadOutcome | null): void;
  /** Nobody asked on the phone, and the file is not as it must be: all operators hear of it. */
  refused(why: Extract<ReloadAsked, { kind: 'bad' | 'fixed' }>): void;
}

export const createReloadTeller = ({ db, outbox, to, locale, now, onQueued }: ReloadTellerOptions): ReloadTeller => {
  const meta = createMeta(db);
  const askers = (): readonly ReplyAddress[] => parse(meta.get(KEY));
  const remember = (waiting: readonly ReplyAddress[]): void =>
    meta.set(KEY, waiting.length === 0 ? null : JSON.stringify(waiting));
  const enqueue = (kind: 'result' | 'reload', message: Message, people: readonly Addressee[]): void => {
    outbox.enqueue({ topic: 'reload', subject: now(), kind, message, at: now() }, people);
  };
  return {
    promise: (waiting) => remember([...askers(), waiting]),
    withdraw: (waiting) =>
      remember(askers().filter(({ channel, id }) => channel !== waiting.channel || id !== waiting.id)),
    ended: (outcome) => {
      const asked = askers();
      // Whoever sent a signal sees the log; that it has failed is for everybody.
      if (asked.length === 0 && outcome?.kind !== 'failed') return;
      transaction(db, () => {
        remember([]);
        const message = reloadedMessage(outcome, locale);
        if (asked.length === 0) enqueue('reload', message, to());
        for (const each of asked) enqueue('result', message, [waysOf(each, to())]);
      });
      onQueued();
    },
    refused: (why) => {
      enqueue('reload', notReloadedMessage(why, locale), to());
      onQueued();
    },
  };
};

const parse = (text: string | null): readonly ReplyAddress[] => {
  try {
    // Earlier releases have written one alone.
    const read = (text === null ? [] : [JSON.parse(text)].flat()) as readonly Partial<ReplyAddress>[];
    return read.filter(
      (answer): answer is ReplyAddress => typeof answer.channel === 'string' && typeof answer.user === 'string',
    );
  } catch {
    return [];
  }
};
