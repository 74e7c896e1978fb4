/** The message of an entry as it goes out on one rung of its ladder. Pure, but for the tokens of its buttons. */
import { withNotes, type Message } from '../chat/message.ts';
import { digestText } from '../text/digest.ts';
import { fixText } from '../text/fixes.ts';
import type { Locale } from '../text/locale.ts';
import { formatTime } from '../text/time.ts';
import type { Entry, Rung, Seal } from './entry.ts';

/**
 * Says when it was written, if it had to wait for long, and on this channel what must be mended on another one that
 * refused it.
 */
export const createDress =
  (seal: Seal, locale: Locale) =>
  (entry: Entry, { channel, user, key }: Rung): Message => {
    const { message, rungs } = entry;
    const fixes = new Set(
      rungs.flatMap((rung) =>
        rung.channel !== channel && rung.state === 'refused' && rung.fix !== null ? [fixText(rung.fix, locale)] : [],
      ),
    );
    return seal(withNotes(message, [...waited(entry, locale), ...fixes]), { key, channel, user });
  };

/** "Restarting it now" must not be read in the morning as if it were so. */
const waited = ({ at, held, notBefore }: Entry, locale: Locale): readonly string[] =>
  held === 'quiet' && notBefore !== null && notBefore > at
    ? [digestText(locale).waited(formatTime(at, locale, notBefore))]
    : [];
