/** Uploads the file or the picture of a message before the message is sent (docs/facts/qq.md 4.7). */
import type { Clock } from '../../../base/clock.ts';
import { createRecentMap } from '../../../base/recent-map.ts';
import { fileName, type Attachment } from '../../attachment.ts';
import type { Chart } from '../../../chat/message/message.ts';
import { chartPicture } from '../content/png.ts';
import type { Recipient } from '../../channel.ts';
import { rejectsToken, type Api, type ApiAnswer } from '../api.ts';
import { asText } from '../json.ts';
import { sendClass } from './refusal-codes.ts';
import type { MissingCapabilities } from './capabilities.ts';

/** What a message of its own can be. */
export interface Media {
  readonly type: 'files' | 'pictures';
  readonly name: string;
  readonly bytes: Buffer;
}

export const fileOf = (attachment: Attachment): Media => ({
  type: 'files',
  name: fileName(attachment),
  bytes: Buffer.from(attachment.text),
});

export const pictureOf = (chart: Chart): Media => ({
  type: 'pictures',
  name: '24h.png',
  bytes: chartPicture(chart),
});

export interface Files {
  /**
   * @returns QQ's name for the uploaded file; null when this message goes without one. The same answer for every try of
   * a message.
   */
  prepare(to: Recipient, content: Media, key: string): Promise<string | null>;
  /** The message is done with. */
  forget(key: string): void;
}

/** In base64 within JSON. QQ takes more in pieces; log lines are never that many. */
const MOST_BYTES = 5 * 1024 * 1024;
/** QQ's numbers. */
const TYPE: Readonly<Record<Media['type'], number>> = { pictures: 1, files: 4 };
/** How many messages with a file are remembered; a message that is never tried again would stay. */
const MOST_KEPT = 100;

/** A refusal that the next file would get as well. */
const isLasting = (answer: ApiAnswer): boolean => {
  if (answer.kind !== 'answered' || answer.code === null || rejectsToken(answer)) return false;
  const known = sendClass(answer.code)?.kind;
  if (known === undefined) return answer.status < 500 && answer.status !== 429;
  return known === 'refused' || known === 'content' || known === 'no_push';
};

export const createFiles = ({
  api,
  missing,
  clock,
}: {
  readonly api: Api;
  readonly missing: MissingCapabilities;
  readonly clock: Pick<Clock, 'now'>;
}): Files => {
  const prepared = createRecentMap<string | null>(MOST_KEPT);

  const upload = async (user: string, { type, name, bytes }: Media): Promise<string | null> => {
    const answer = await api('POST', `/v2/users/${encodeURIComponent(user)}/files`, {
      file_type: TYPE[type],
      file_name: name,
      file_data: bytes.toString('base64'),
      // With `true` QQ would send it at once, as a push.
      srv_send_msg: false,
    });
    const file = answer.kind === 'answered' && answer.status < 300 ? asText(answer.body?.['file_info']) : '';
    if (file !== '') return file;
    if (isLasting(answer)) missing.note(type, clock.now());
    return null;
  };

  /** In groups QQ does not take files from bots, and answers are few. */
  const isPossible = (to: Recipient, { type, bytes }: Media): boolean =>
    to.group === undefined && bytes.length <= MOST_BYTES && !missing.has(type, clock.now());

  return {
    prepare: async (to, content, key) => {
      const before = prepared.get(key);
      if (before !== undefined) return before;
      const file = isPossible(to, content) ? await upload(to.user, content) : null;
      prepared.set(key, file);
      return file;
    },
    forget: (key) => prepared.delete(key),
  };
};
