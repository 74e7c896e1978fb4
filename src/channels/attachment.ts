/** Messages with a file, on platforms where message and file are sent separately. */
import { withNotes, type Message } from '../chat/message/message.ts';
import { attachmentText } from '../text/channels/attachments.ts';
import type { Locale } from '../text/locale.ts';

export type Attachment = NonNullable<Message['attachment']>;
export type WithFile = Message & { readonly attachment: Attachment };

/** How many of the file's last lines the message shows. */
const SHOWN_LINES = 20;

/** The message that goes before its file. */
export const besideFile = ({ attachment, code = [], ...message }: WithFile, locale: Locale): Message =>
  withNotes({ ...message, code: code.slice(-SHOWN_LINES) }, [attachmentText(locale).inFile(attachment.name)]);

/** Returns the message without its file, with the reason why no file can be sent. */
export const insteadOfFile = ({ attachment: _attachment, ...message }: Message, why: string): Message =>
  withNotes(message, [why]);

/** A name that no platform can take for a path, with its ending. */
export const fileName = ({ name }: Attachment): string =>
  name
    .toWellFormed()
    .replaceAll(/[^\P{C}]|[\\/:*?"<>|]/gu, '_')
    .slice(-100);

export const hasFile = (message: Message): message is WithFile => Boolean(message.attachment?.text);
