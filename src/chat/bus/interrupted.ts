/**
 * Requests that an earlier Lifeline left without an answer, because it ended: their askers are told what has become of
 * them. Nothing is run again.
 */
import type { ReplyAddress } from '../../healing/treatment.ts';
import type { ProcessedMessages } from '../../store/processed-messages.ts';
import { chatText } from '../../text/chat/bus.ts';
import type { Locale } from '../../text/locale.ts';
import { formatTime } from '../../text/common/time.ts';
import { withConfirmation, type Confirmations } from '../interaction/confirmation.ts';
import { withNotes, type Message } from '../message/message.ts';
import { answerKey, type RequestStage, type Unfinished } from './request.ts';

/** Nobody remembers what they sent longer ago. */
const REMEMBERED_MS = 24 * 3_600_000;

export interface InterruptedOptions {
  readonly seen: Pick<ProcessedMessages, 'takeUnfinished'>;
  readonly confirmations: Pick<Confirmations, 'leftMs'>;
  /** Whether the message has led to a treatment: that one is taken up, and has a result of its own. */
  readonly treated: (channel: string, id: string) => boolean;
  /** Told of the audit's entry of such a message: to begin the treatment was all that its command had to do. */
  readonly onTreated: (entry: number) => void;
  /** Since when the store knows what was done. */
  readonly knowsSince: number | null;
  readonly locale: Locale;
}

export interface OwedAnswer {
  readonly to: ReplyAddress;
  readonly message: Message;
  readonly key: string;
}

/** To be called in the transaction that stores the answers for sending, or another end of Lifeline loses them. */
export const interrupted = (
  { seen, confirmations, treated, onTreated, knowsSince, locale }: InterruptedOptions,
  now: number,
): readonly OwedAnswer[] =>
  seen.takeUnfinished().flatMap(({ channel, id, at, unfinished }): OwedAnswer[] => {
    const request = parseUnfinished(unfinished);
    // What a backup had as unfinished has had its answer long ago.
    const isOld = Math.abs(now - at) >= REMEMBERED_MS || (knowsSince !== null && at < knowsSince && knowsSince <= now);
    if (!request) return [];
    const isTreated = treated(channel, id);
    if (isTreated && request.entry !== undefined) onTreated(request.entry);
    if (isOld || isTreated) return [];
    const { origin: to, stage } = request;
    const key = answerKey(id);
    if (stage.is !== 'asked') return [{ to, message: answerOf(request, stage, at, now, locale), key }];
    const leftMs = confirmations.leftMs(
      stage.nonce,
      { channel: to.channel, user: to.user, chat: to.group ?? null },
      now,
    );
    // The message that has confirmed it has an answer of its own.
    if (leftMs === null) return [];
    if (leftMs > 0)
      return [{ to, message: withConfirmation(stage.question, stage.nonce, stage.label, locale, leftMs), key }];
    // Not under the key of the question: that may have arrived.
    return [{ to, message: unconfirmed(request, at, now, locale), key: `${id} expired` }];
  });

const asked = ({ text }: Unfinished, at: number, now: number, locale: Locale): string =>
  chatText(locale).asked(text.slice(0, MAX_TEXT), formatTime(at, locale, now));

/** Longer texts are not read on a lock screen. */
const MAX_TEXT = 40;

const answerOf = (
  request: Unfinished,
  stage: Exclude<RequestStage, { is: 'asked' }>,
  at: number,
  now: number,
  locale: Locale,
): Message => {
  const text = chatText(locale);
  const what = asked(request, at, now, locale);
  switch (stage.is) {
    case 'begun':
      return { tone: 'warning', title: text.notCarriedOut(what), note: text.restartedSendAgain() };
    case 'outside':
      return { tone: 'warning', title: text.perhapsCarriedOut(what), note: text.restartedLookFirst() };
    case 'carried_out':
      return withNotes(stage.answer, [text.answerAgain()]);
    case 'answering':
      return { tone: 'info', title: text.perhapsAnswered(what), note: text.restartedAskAgain() };
  }
};

const unconfirmed = (request: Unfinished, at: number, now: number, locale: Locale): Message => ({
  tone: 'warning',
  title: chatText(locale).notConfirmedInTime(asked(request, at, now, locale)),
  note: chatText(locale).restartedSendAgain(),
});

/** A request of an earlier release has no stage: nobody knows how far it came. */
const UNKNOWN: RequestStage = { is: 'outside' };

const parseUnfinished = (json: string): Unfinished | null => {
  try {
    const { origin, text, stage, ...rest } = JSON.parse(json) as Partial<Unfinished>;
    return typeof origin?.channel === 'string' && typeof origin.user === 'string' && typeof text === 'string'
      ? { ...rest, origin, text, stage: stage ?? UNKNOWN }
      : null;
  } catch {
    return null;
  }
};
