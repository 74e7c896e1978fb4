import { errorText } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Channel, SendResult } from '../channels/channel.ts';
import type { Message } from '../chat/message/message.ts';
import type { Notification, Delivery } from './notification.ts';

/** What is known of a try when it ends, or when its time is over. */
export type TryResult =
  | SendResult
  | {
      readonly outcome: 'lost';
      readonly reason: string;
      /** The channel broke its contract: that is a fault of Lifeline's own. */
      readonly threw: boolean;
    };

/**
 * One try. Ends after `limitMs` at the latest, even if the channel hangs; should it then answer after all,
 * `late` hears it.
 */
export const sendWithin = async (
  channel: Channel,
  notification: Notification,
  delivery: Delivery,
  {
    message,
    clock,
    limitMs,
    late,
  }: {
    readonly message: Message;
    readonly clock: Clock;
    readonly limitMs: number;
    readonly late: (result: TryResult) => void;
  },
): Promise<TryResult> => {
  let over = false;
  const sending = sendSafely(channel, notification, delivery, message).then((result) => {
    if (over) late(result);
    return result;
  });
  const { promise: limit, resolve } = Promise.withResolvers<TryResult>();
  const cancel = clock.timer(limitMs, () => {
    over = true;
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
  { kind }: Notification,
  { user, place, key }: Delivery,
  message: Message,
): Promise<TryResult> => {
  try {
    return await channel.send({ user, ...place }, message, { key, alert: kind !== 'result' });
  } catch (error) {
    return { outcome: 'lost', reason: errorText(error), threw: true };
  }
};
