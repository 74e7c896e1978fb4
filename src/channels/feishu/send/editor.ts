/** Changes cards that were sent. Of many changes to one card only the latest is worth a call. */
import type { Clock } from '../../../base/clock.ts';
import { withoutChart, type Message } from '../../../chat/message/message.ts';
import type { Locale } from '../../../text/locale.ts';
import type { SendResult } from '../../channel.ts';
import { fittingCard } from '../content/fit.ts';
import { maskMessage } from '../content/mask.ts';
import type { MessageCalls } from './message-calls.ts';
import { isCardRefusal, isContentRefusal, sendResultOf } from '../http/refusals.ts';
import { createRecentMap } from '../../../base/recent-map.ts';

export interface EditorOptions {
  readonly calls: Pick<MessageCalls, 'patch'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly locale: Locale;
}

interface Waiting {
  message: Message;
  readonly result: Promise<SendResult>;
}

/** @throws Error when there is no answer in time, or too many calls wait. */
export type Edit = (messageId: string, message: Message, signal: AbortSignal) => Promise<SendResult>;

export const createEditor = ({ calls, clock, locale }: EditorOptions): Edit => {
  const underWay = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Waiting>();
  /** The content of each card, so that a change that changes nothing costs none of the month's calls. */
  const shown = createRecentMap<string>(200);

  const patch = async (messageId: string, message: Message, signal: AbortSignal): Promise<SendResult> => {
    const content = JSON.stringify(fittingCard(message, locale));
    if (shown.get(messageId) === content) return { outcome: 'ok', messageId };
    // Until the answer is there nobody knows what it shows.
    shown.delete(messageId);
    let reply = await calls.patch(messageId, content, signal);
    if (message.chart && isCardRefusal(reply))
      reply = await calls.patch(messageId, JSON.stringify(fittingCard(withoutChart(message), locale)), signal);
    if (isContentRefusal(reply))
      reply = await calls.patch(messageId, JSON.stringify(fittingCard(maskMessage(message), locale)), signal);
    const result = sendResultOf(reply, clock.now());
    if (result.outcome !== 'ok') return result;
    shown.set(messageId, content);
    return { outcome: 'ok', messageId };
  };

  const run = (messageId: string, work: () => Promise<SendResult>): Promise<SendResult> => {
    const result = work().finally(() => {
      if (underWay.get(messageId) === result) underWay.delete(messageId);
    });
    underWay.set(messageId, result);
    return result;
  };

  return (messageId, message, signal) => {
    const current = underWay.get(messageId);
    if (!current) return run(messageId, () => patch(messageId, message, signal));
    const queued = waiting.get(messageId);
    if (queued) {
      queued.message = message;
      return queued.result;
    }
    const next: Waiting = {
      message,
      result: current
        .catch(() => undefined)
        .then(() => {
          waiting.delete(messageId);
          return run(messageId, () => patch(messageId, next.message, signal));
        }),
    };
    waiting.set(messageId, next);
    return next.result;
  };
};
