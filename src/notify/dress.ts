/** The message of an entry as it goes out on one rung of its ladder. Pure, but for the tokens of its buttons. */
import type { Message } from '../chat/message.ts';
import { fixText } from '../text/fixes.ts';
import type { Locale } from '../text/locale.ts';
import type { Entry, Rung, Seal } from './entry.ts';

/** Says on this channel what must be mended on another one that refused it. */
export const createDress =
  (seal: Seal, locale: Locale) =>
  ({ message, rungs }: Entry, { channel, user, key }: Rung): Message => {
    const fixes = new Set(rungs.flatMap((rung) => (rung.channel !== channel && rung.state === 'refused' && rung.fix !== null ? [fixText(rung.fix, locale)] : [])));
    return seal(withNotes(message, [...fixes]), { key, channel, user });
  };

/** The message with more below it. */
export const withNotes = (message: Message, notes: readonly string[]): Message =>
  notes.length === 0 ? message : { ...message, note: [...(message.note === undefined ? [] : [message.note]), ...notes].join('\n') };
