/** A message and the file that belongs to it, where the two go out as two. */
import { withNotes, type Message } from '../chat/message/message.ts';
import { attachmentText } from '../text/channels/attachments.ts';
import type { Locale } from '../text/locale.ts';

export type Attachment = NonNullable<Message['attachment']>;
export type WithFile = Message & { readonly attachment: Attachment };

/** Of what the file holds, a phone shows the end. */
const SHOWN_LINES = 20;

/** The message that goes before its file. */
export const besideFile = ({ attachment, code = [], ...message }: WithFile, locale: Locale): Message =>
  withNotes({ ...message, code: code.slice(-SHOWN_LINES) }, [attachmentText(locale).inFile(attachment.name)]);

/** The message in whose place no file can go: as much of it as fits, and `why`. */
export const insteadOfFile = ({ attachment: _attachment, ...message }: Message, why: string): Message =>
  withNotes(message, [why]);

/** A name that no platform can take for a path, with its ending. */
export const fileName = ({ name }: Attachment): string =>
  name
    .toWellFormed()
    .replaceAll(/[^\P{C}]|[\\/:*?"<>|]/gu, '_')
    .slice(-100);

export const hasFile = (message: Message): message is WithFile => Boolean(message.attachment?.text);
