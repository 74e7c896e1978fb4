/** The platform's calls for messages, each within the platform's rate limits. */
import { randomUUID } from 'node:crypto';
import { jsonBody, type HttpBody } from '../../../base/http.ts';
import type { UrgentWay } from '../../../config/config.ts';
import type { Recipient } from '../../channel.ts';
import { createRateLimiter, type RateLimit, type RateWindow } from './rate-limit.ts';
import { isApiLimit } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import type { Rest } from '../http/rest.ts';

export interface Body {
  readonly msg_type: 'text' | 'interactive' | 'file';
  /** JSON as a string. */
  readonly content: string;
}

export interface MessageCalls {
  /** To the person or the group, without being an answer. */
  create(to: Recipient, body: Body, uuid: string, signal: AbortSignal): Promise<Reply>;
  reply(to: Recipient, messageId: string, body: Body, uuid: string, signal: AbortSignal): Promise<Reply>;
  patch(messageId: string, content: string, signal: AbortSignal): Promise<Reply>;
  /** A file for a message to come; nobody gets it by this alone. */
  upload(name: string, content: string, signal: AbortSignal): Promise<Reply>;
  /** Makes the message ring the person's phone. */
  urge(way: UrgentWay, messageId: string, user: string, signal: AbortSignal): Promise<Reply>;
}

const MESSAGES = '/open-apis/im/v1/messages';
const FILES = '/open-apis/im/v1/files';
const PER_SECOND: RateLimit = { count: 50, perMs: 1_000 };
const PER_MINUTE: RateLimit = { count: 1_000, perMs: 60_000 };
/** To one person, one group, or one message that is changed. */
const PER_TARGET: RateLimit = { count: 5, perMs: 1_000 };

export const createMessageCalls = (rest: Rest): MessageCalls => {
  const rateLimiter = createRateLimiter();

  const limited = async (
    api: string,
    target: string | null,
    signal: AbortSignal,
    call: () => Promise<Reply>,
  ): Promise<Reply> => {
    const windows: RateWindow[] = [
      { name: `${api} 1s`, limit: PER_SECOND },
      { name: `${api} 1m`, limit: PER_MINUTE },
      ...(target === null ? [] : [{ name: target, limit: PER_TARGET }]),
    ];
    const reply = await rateLimiter.run(windows, signal, call);
    if (isApiLimit(reply) && reply.retryAfterMs !== null) rateLimiter.hold(`${api} 1s`, reply.retryAfterMs);
    return reply;
  };

  const chat = ({ user, group }: Recipient): string => `chat ${group ?? user}`;
  const pathOf = (messageId: string, more = ''): string => `${MESSAGES}/${encodeURIComponent(messageId)}${more}`;

  return {
    create: (to, body, uuid, signal) =>
      limited('create', chat(to), signal, () =>
        rest.call(
          'POST',
          `${MESSAGES}?receive_id_type=${to.group === undefined ? 'open_id' : 'chat_id'}`,
          jsonBody({ receive_id: to.group ?? to.user, ...body, uuid }),
          signal,
        ),
      ),
    reply: (to, messageId, body, uuid, signal) =>
      limited('reply', chat(to), signal, () =>
        rest.call('POST', pathOf(messageId, '/reply'), jsonBody({ ...body, uuid }), signal),
      ),
    patch: (messageId, content, signal) =>
      limited('patch', `message ${messageId}`, signal, () =>
        rest.call('PATCH', pathOf(messageId), jsonBody({ content }), signal),
      ),
    upload: (name, content, signal) =>
      limited('upload', null, signal, () => rest.call('POST', FILES, uploadForm(name, content), signal)),
    urge: (way, messageId, user, signal) =>
      limited('urge', `message ${messageId}`, signal, () =>
        rest.call(
          'PATCH',
          `${pathOf(messageId, `/urgent_${way}`)}?user_id_type=open_id`,
          jsonBody({ user_id_list: [user] }),
          signal,
        ),
      ),
  };
};

/** The fields of an upload as multipart/form-data (RFC 7578). `FormData` would load all of `fetch`. */
const uploadForm = (name: string, content: string): HttpBody => {
  const boundary = `lifeline-${randomUUID()}`;
  const part = (disposition: string, value: string, type = ''): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${type}\r\n${value}\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: [
      part('name="file_type"', 'stream'),
      // People see this name. The name in the header of the file itself is not shown anywhere.
      part('name="file_name"', name),
      part('name="file"; filename="file"', content, 'content-type: application/octet-stream\r\n'),
      `--${boundary}--\r\n`,
    ].join(''),
  };
};
