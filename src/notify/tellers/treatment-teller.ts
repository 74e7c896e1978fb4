/**
 * Tells the one who asked for a treatment how it goes. Its progress is one message that changes; that is a courtesy
 * and may get lost. Its result goes through the outbox, in the transaction that ends the treatment: it always comes.
 */
import type { Logger } from '../../base/logger.ts';
import { progressMessage, resultMessage } from '../../chat/message/treatment-messages.ts';
import type { Verdict } from '../../diagnosis/verdict.ts';
import type { ReplyAddress, TreatmentRecord, TreatmentResult } from '../../healing/treatment.ts';
import type { RestartLedger } from '../../healing/ledger.ts';
import type { Locale } from '../../text/locale.ts';
import type { Answers } from '../command-answers.ts';
import { waysOf, type Addressee } from '../recipients/addressees.ts';
import type { Outbox } from '../outbox/queue.ts';

export interface TellerOptions {
  readonly answers: Pick<Answers, 'send' | 'edit'>;
  readonly outbox: Outbox;
  readonly ledger: Pick<RestartLedger, 'shownIn'>;
  /** Everybody's ways, so that a result reaches its operator even where the channel that asked is dead. */
  readonly addressees: () => readonly Addressee[];
  readonly locale: Locale;
  readonly now: () => number;
  readonly logger: Logger;
  readonly onQueued: () => void;
}

interface Showing {
  /** What is to be shown when the present change is through. */
  next: { readonly record: TreatmentRecord; readonly result: TreatmentResult | null } | null;
  busy: boolean;
  messageId: string | null;
  /** What the message says by now, so that a step that changes nothing in it costs no call. */
  shown: string | null;
}

export const createTeller = ({ answers, outbox, ledger, addressees, locale, now, logger, onQueued }: TellerOptions) => {
  /** The message of each treatment, for as long as that is under way. */
  const showing = new Map<number, Showing>();

  const show = (record: TreatmentRecord, result: TreatmentResult | null): void => {
    const { id, answer } = record;
    if (!answer) return;
    const state: Showing = showing.get(id) ?? {
      next: null,
      busy: false,
      messageId: record.progress?.messageId ?? null,
      shown: null,
    };
    showing.set(id, state);
    state.next = { record, result };
    if (!state.busy) void showNext(id, answer, state);
  };

  /** One change at a time, so that an older state never overwrites a newer one; of several that wait only the last. */
  const showNext = async (id: number, answer: ReplyAddress, state: Showing): Promise<void> => {
    state.busy = true;
    while (state.next) {
      const { record, result } = state.next;
      state.next = null;
      if (result !== null) showing.delete(id);
      try {
        const message = progressMessage(record, result, locale);
        const text = JSON.stringify(message);
        if (state.shown === text) continue;
        state.shown = text;
        if (state.messageId !== null) await answers.edit(answer, state.messageId, message);
        else if (result === null) {
          state.messageId = await answers.send(answer, message, `progress ${id}`);
          ledger.shownIn(id, { channel: answer.channel, messageId: state.messageId });
        }
      } catch (error) {
        logger.warn({ err: error, treatment: id }, 'the progress of a treatment could not be shown');
      }
    }
    state.busy = false;
  };

  return {
    progress: (record: TreatmentRecord): void => show(record, null),
    ended: (record: TreatmentRecord, result: TreatmentResult, verdicts: readonly Verdict[]): void => {
      if (!record.answer) return;
      const message = resultMessage(record.gateway, result, verdicts, locale, record);
      outbox.enqueue({ topic: 'treatment', subject: record.id, kind: 'result', message, at: now() }, [
        waysOf(record.answer, addressees()),
      ]);
      show(record, result);
      onQueued();
    },
  };
};
