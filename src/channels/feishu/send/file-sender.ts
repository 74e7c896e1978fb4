/**
 * A message with a file: the card first, then the file as a message of its own, which is how the platform has files.
 * The file is uploaded before either, so that the card says what is true: that a file follows, or why none does.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { errorText } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logger.ts';
import { attachmentText } from '../../../text/channels/attachments.ts';
import type { Locale } from '../../../text/locale.ts';
import { besideFile, fileName, hasFile, insteadOfFile, type Attachment } from '../../attachment.ts';
import type { Recipient, SendResult } from '../../channel.ts';
import { dataOf, isGone, isPermissionRefusal, sendResultOf } from '../http/refusals.ts';
import { createRecentMap } from '../../../base/recent-map.ts';
import type { Body, MessageCalls } from './message-calls.ts';
import { quotable, type Send } from './sender.ts';

export interface FileSenderOptions {
  readonly calls: Pick<MessageCalls, 'create' | 'reply' | 'upload'>;
  /** For the message without its file. */
  readonly send: Send;
  readonly clock: Pick<Clock, 'now'>;
  readonly locale: Locale;
  readonly logger: Logger;
}

/** The platform's 30 MB. */
const MOST_BYTES = 30 * 1024 * 1024;
/** Either this or `im:resource` (the documents of `im/v1/files`). */
const SCOPE = 'im:resource:upload';

type Uploaded = { readonly key: string } | { readonly key: null; readonly why: string };

/**
 * How far a message has come. A retry goes on from there; after a restart the uuids keep what arrived from coming
 * twice.
 */
interface Progress {
  readonly file: Uploaded;
  card?: Extract<SendResult, { outcome: 'ok' }>;
}

/** Sends what has a file with it, and what has none as `send` does. */
export const createFileSender = ({ calls, send, clock, locale, logger }: FileSenderOptions): Send => {
  const begun = createRecentMap<Progress>(200);
  const words = attachmentText(locale);

  const upload = async (attachment: Attachment, signal: AbortSignal): Promise<Uploaded> => {
    const failed = (reason: string, why = words.noFile()): Uploaded => {
      logger.warn({ reason }, 'feishu: a file could not be uploaded; the message goes without it');
      return { key: null, why };
    };
    if (Buffer.byteLength(attachment.text) > MOST_BYTES) return failed('it is larger than 30 MB');
    try {
      const reply = await calls.upload(fileName(attachment), attachment.text, signal);
      const { file_key: key } = dataOf(reply);
      if (reply.code === 0 && typeof key === 'string' && key !== '') return { key };
      const permission = isPermissionRefusal(reply);
      return failed(
        `${permission ? `the app lacks ${SCOPE}: ` : ''}code ${reply.code ?? `none, HTTP ${reply.status}`} ${reply.text}`,
        permission ? words.needsPermission(SCOPE) : undefined,
      );
    } catch (error) {
      // The text is worth more than the file: it does not wait for another try.
      if (signal.aborted) throw error;
      return failed(errorText(error));
    }
  };

  const sendFile = async (to: Recipient, key: string, fileKey: string, signal: AbortSignal): Promise<SendResult> => {
    const body: Body = { msg_type: 'file', content: JSON.stringify({ file_key: fileKey }) };
    const uuid = uuidOf(key, 'file');
    const reply =
      to.replyTo === undefined
        ? await calls.create(to, body, uuid, signal)
        : await calls.reply(to, to.replyTo, body, uuid, signal);
    const { replyTo: _gone, ...alone } = to;
    return quotable(
      sendResultOf(
        to.replyTo !== undefined && isGone(reply) ? await calls.create(alone, body, uuid, signal) : reply,
        clock.now(),
      ),
    );
  };

  return async (to, message, key, signal) => {
    if (!hasFile(message)) return send(to, message, key, signal);
    const progress = begun.get(key) ?? { file: await upload(message.attachment, signal) };
    begun.set(key, progress);
    const { file } = progress;
    const card =
      progress.card ??
      (await send(to, file.key === null ? insteadOfFile(message, file.why) : besideFile(message, locale), key, signal));
    if (card.outcome !== 'ok') return card;
    progress.card = card;
    if (file.key === null) return card;
    const sent = await sendFile(to, key, file.key, signal);
    if (sent.outcome === 'retry') return sent;
    if (sent.outcome === 'ok') return both(card, sent);
    logger.warn({ reason: sent.reason }, 'feishu: a file could not be sent; what fits goes in its place');
    const instead = await send(to, insteadOfFile(message, words.noFile()), uuidOf(key, 'instead'), signal);
    // The person has at least a part of the message.
    return instead.outcome === 'retry' ? instead : both(card, instead);
  };
};

const both = (card: Extract<SendResult, { outcome: 'ok' }>, other: SendResult): SendResult => ({
  ...card,
  quoteIds: [...(card.quoteIds ?? []), ...((other.outcome === 'ok' ? other.quoteIds : undefined) ?? [])],
});

/** Another message than the card, and the same one at every try. */
const uuidOf = (key: string, what: 'file' | 'instead'): string =>
  createHash('sha256').update(`${key} ${what}`).digest('hex').slice(0, 40);
