/** The message of an entry as it goes out on one rung of its ladder. Pure, but for the tokens of its buttons. */
import { withNotes, type Message } from '../chat/message/message.ts';
import { digestText } from '../text/notices/digest.ts';
import { fixText } from '../text/channels/fixes.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/common/time.ts';
import type { Notification, Delivery, AttachButtonTokens } from './notification.ts';

/**
 * Says when it was written, if it had to wait for long, and on this channel what must be mended on another one that
 * refused it.
 */
export const createRender =
  (attachButtonTokens: AttachButtonTokens, locale: Locale) =>
  (notification: Notification, { channel, user, key }: Delivery): Message => {
    const { message, deliveries } = notification;
    const fixes = new Set(
      deliveries.flatMap((delivery) =>
        delivery.channel !== channel && delivery.state === 'refused' && delivery.fix !== null
          ? [fixText(delivery.fix, locale)]
          : [],
      ),
    );
    return attachButtonTokens(withNotes(message, [...waited(notification, locale), ...fixes]), { key, channel, user });
  };

/** "Restarting it now" must not be read in the morning as if it were so. */
const waited = ({ at, held, notBefore }: Notification, locale: Locale): readonly string[] =>
  held === 'quiet' && notBefore !== null && notBefore > at
    ? [digestText(locale).waited(formatTime(at, locale, notBefore))]
    : [];
