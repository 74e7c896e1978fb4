/** The stage "send": one try on one channel, and what it comes to. */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { redact } from '../../base/redact/redact.ts';
import type { Channel, SendResult } from '../../channels/channel.ts';
import type { Message } from '../../chat/message/message.ts';
import type { ChannelFix } from '../../text/channels/fixes.ts';
import { pauseMs, type DeliveryPolicy } from './channel-order.ts';
import type { Delivery, Notification } from './notification.ts';

/** What is known of a try when it ends, or when its time is over. */
export type TryResult =
  | SendResult
  | {
      readonly outcome: 'lost';
      readonly reason: string;
      /** The channel broke its contract: that is a fault of Lifeline's own. */
      readonly threw: boolean;
    };

/** What is written down of a try. `lost`: nobody knows what became of it. */
export type DeliveryOutcome =
  | { readonly is: 'delivered'; readonly at: number; readonly messageId: string; readonly quoteIds?: readonly string[] }
  | { readonly is: 'refused'; readonly reason: string; readonly fix?: ChannelFix }
  | { readonly is: 'lost' | 'put_off'; readonly reason: string; readonly nextAt: number };

/**
 * One try. Ends after `limitMs` at the latest, even if the channel hangs; should the channel then answer after all,
 * `late` hears its answer.
 */
export const sendWithin = async (
  channel: Channel,
  notification: Notification,
  delivery: Delivery,
  {
    message,
    isBatch,
    clock,
    limitMs,
    late,
  }: {
    readonly message: Message;
    /** It tells of other notifications, too. */
    readonly isBatch?: boolean;
    readonly clock: Clock;
    readonly limitMs: number;
    readonly late: (result: TryResult) => void;
  },
): Promise<TryResult> => {
  let isOver = false;
  const sending = sendSafely(channel, notification, delivery, message, isBatch ?? false).then((result) => {
    if (isOver) late(result);
    return result;
  });
  const { promise: limit, resolve } = Promise.withResolvers<TryResult>();
  const cancel = clock.timer(limitMs, () => {
    isOver = true;
    resolve({ outcome: 'lost', reason: `no answer within ${limitMs} ms`, threw: false });
  });
  try {
    return await Promise.race([sending, limit]);
  } finally {
    cancel();
  }
};

/** A channel must not throw; if one does, its message may have arrived or not. */
const sendSafely = async (
  channel: Channel,
  { topic, subject, kind, gateway }: Notification,
  { user, place, key }: Delivery,
  message: Message,
  isBatch: boolean,
): Promise<TryResult> => {
  try {
    return await channel.send({ user, ...place }, message, {
      key,
      alert: kind !== 'result',
      ...(isBatch ? {} : { about: { topic, subject, kind, gateway } }),
    });
  } catch (error) {
    return { outcome: 'lost', reason: errorText(error), threw: true };
  }
};

/**
 * The stage "record": what is written down of a try (`delivery-record.ts` writes it). Pure.
 * @param tries how many came before it. @param jitter from 0 up to 1.
 */
export const outcomeOf = (
  result: TryResult,
  tries: number,
  policy: DeliveryPolicy,
  now: number,
  jitter: number,
): DeliveryOutcome => {
  if (result.outcome === 'ok')
    return {
      is: 'delivered',
      at: now,
      messageId: result.messageId,
      ...(result.quoteIds ? { quoteIds: result.quoteIds } : {}),
    };
  const reason = redact(result.reason);
  if (result.outcome === 'refused') return { is: 'refused', reason, ...(result.fix ? { fix: result.fix } : {}) };
  // What a platform asks for may be no number, or have a fraction, which the database refuses.
  const asked =
    result.outcome === 'retry' && result.afterMs > 0 ? Math.ceil(Math.min(result.afterMs, policy.refusedPauseMs)) : 0;
  return {
    is: result.outcome === 'lost' || result.unsure === true ? 'lost' : 'put_off',
    reason,
    nextAt: now + Math.max(asked, pauseMs(policy, tries + 1, jitter)),
  };
};
