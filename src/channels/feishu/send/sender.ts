/**
 * Sends one message in the best shape that the platform takes: a card, else text; as it is, else without numbers and
 * addresses.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { plainText, withoutChart, type Message } from '../../../chat/message/message.ts';
import type { Locale } from '../../../text/locale.ts';
import type { Recipient, SendResult } from '../../channel.ts';
import { fittingCard } from '../content/fit.ts';
import { maskMessage } from '../content/mask.ts';
import type { FeishuMemory } from '../memory.ts';
import type { Body, MessageCalls } from './message-calls.ts';
import { dataOf, isCardRefusal, isContentRefusal, isGone, sendResultOf } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import { textBody } from '../content/text-body.ts';

export interface SenderOptions {
  readonly calls: MessageCalls;
  readonly memory: Pick<FeishuMemory, 'rememberGroup'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly locale: Locale;
}

/** The shape of the next try. Each refusal rules one shape out. */
interface Shape {
  readonly card: boolean;
  /** With its chart, where it has one. */
  readonly chart: boolean;
  readonly masked: boolean;
  /** The message that is answered; null: none. */
  readonly replyTo: string | null;
}

/** @throws Error when there is no answer in time, or too many calls wait. */
export type Send = (to: Recipient, message: Message, key: string, signal: AbortSignal) => Promise<SendResult>;

export const createSender = ({ calls, memory, clock, locale }: SenderOptions): Send => {
  const trySend = (to: Recipient, message: Message, key: string, shape: Shape, signal: AbortSignal): Promise<Reply> => {
    const drawn = shape.chart ? message : withoutChart(message);
    const shown = shape.masked ? maskMessage(drawn) : drawn;
    const body = shape.card ? cardBody(shown, locale) : textBody(plainText(shown));
    const uuid = uuidOf(key, shape, message);
    return shape.replyTo === null
      ? calls.create(to, body, uuid, signal)
      : calls.reply(to, shape.replyTo, body, uuid, signal);
  };

  return async (to, message, key, signal) => {
    let shape: Shape = {
      card: isMoreThanTitle(message),
      chart: message.chart !== undefined,
      masked: false,
      replyTo: to.replyTo ?? null,
    };
    for (;;) {
      const reply = await trySend(to, message, key, shape, signal);
      const { chat_id: chatId } = dataOf(reply);
      if (reply.code === 0 && typeof chatId === 'string' && to.group !== undefined) memory.rememberGroup(chatId);
      const next = afterRefusal(shape, reply);
      if (!next) return quotable(sendResultOf(reply, clock.now()));
      shape = next;
    }
  };
};

/** Adds the message's id as the id by which a quote names the message. */
export const quotable = (result: SendResult): SendResult =>
  result.outcome === 'ok' && result.messageId !== '' ? { ...result, quoteIds: [result.messageId] } : result;

const afterRefusal = (shape: Shape, reply: Reply): Shape | null => {
  if (isGone(reply) && shape.replyTo !== null) return { ...shape, replyTo: null };
  if (isContentRefusal(reply) && !shape.masked) return { ...shape, masked: true };
  if (isCardRefusal(reply) && shape.card && shape.chart) return { ...shape, chart: false };
  if (isCardRefusal(reply) && shape.card) return { ...shape, card: false };
  return null;
};

/** Whether the message needs a card: a title alone goes out as text. */
const isMoreThanTitle = ({ lines, fields, code, note, buttons }: Message): boolean =>
  [lines, fields, code].some((part) => part?.length) ||
  Boolean(note) ||
  (buttons ?? []).some(({ token }) => token !== undefined);

const cardBody = (message: Message, locale: Locale): Body => ({
  msg_type: 'interactive',
  content: JSON.stringify(fittingCard(message, locale)),
});

const kindOf = (card: boolean, chart: boolean): string => {
  if (!card) return 'text';
  return chart ? 'chart' : 'card';
};

/** The platform takes each uuid once, so another content needs another, and the same one every time. */
const uuidOf = (key: string, { card, chart, masked }: Shape, message: Message): string =>
  card === isMoreThanTitle(message) && chart === (message.chart !== undefined) && !masked
    ? key
    : createHash('sha256')
        .update(`${key} ${kindOf(card, chart)} ${masked ? 'masked' : 'whole'}`)
        .digest('hex')
        .slice(0, 40);
