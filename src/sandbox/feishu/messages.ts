/** The message calls of the REST side: create, reply, patch, get. */
import type { App } from './apps.ts';
import type { Chat, Chats, StoredMessage } from './chats.ts';
import { TENANT } from './events.ts';
import { ApiError, type Body } from './http.ts';
import { parseObject } from './readable.ts';

const KB = 1024;
/** The whole request body counts (facts/feishu.md 4.1). */
const LIMIT_BYTES: Readonly<Record<string, number>> = { text: 150 * KB, interactive: 30 * KB };
const UUID_WINDOW_MS = 3_600_000;

export interface Messages {
  create(app: App, receiveIdType: string | null, body: Body): object;
  reply(app: App, messageId: string, body: Body): object;
  patch(app: App, messageId: string, body: Body): object;
  get(app: App, messageId: string): object;
}

const badParameter = (ext: string): ApiError => new ApiError(230001, `Your request contains an invalid request parameter, ext=${ext}`);

/** The message as the API shows it. */
const apiView = (message: StoredMessage) => ({
  message_id: message.id,
  ...(message.parentId ? { root_id: message.parentId, parent_id: message.parentId } : {}),
  msg_type: message.type,
  create_time: String(message.at),
  update_time: String(message.at),
  deleted: message.recalled,
  updated: false,
  chat_id: message.chat.id,
  sender: {
    ...(message.from === 'bot' ? { id: message.chat.appId, id_type: 'app_id', sender_type: 'app' } : { id: message.user, id_type: 'open_id', sender_type: 'user' }),
    tenant_key: TENANT,
  },
  body: { content: message.content },
});

/** Refuses content that the platform would refuse. */
const checkContent = (type: unknown, content: unknown, bytes: number): { readonly type: string; readonly content: string } => {
  const limit = LIMIT_BYTES[String(type)];
  if (typeof type !== 'string' || limit === undefined) throw badParameter('msg_type is not one that this platform takes');
  if (typeof content !== 'string') throw badParameter('content must be a JSON string');
  const parsed = parseObject(content);
  if (!parsed) throw badParameter('content is not a string in json format');
  if (bytes > limit) throw new ApiError(230025, 'The length of the message content reaches its limit.');
  if (type === 'text' && (typeof parsed['text'] !== 'string' || parsed['text'] === '')) throw badParameter('text is empty');
  return { type, content };
};

export const createMessages = (chats: Chats, now: () => number): Messages => {
  const sent = new Map<string, { readonly message: StoredMessage; readonly at: number }>();

  /** Sends once for each uuid within an hour; a repeat gets the first message's id. */
  const deliver = (app: App, chat: Chat, body: Body, parentId?: string): object => {
    const { uuid } = body.json;
    if (uuid !== undefined && (typeof uuid !== 'string' || uuid.length > 50)) throw badParameter('uuid is longer than 50');
    const { type, content } = checkContent(body.json['msg_type'], body.json['content'], body.bytes);
    const key = `${app.account.appId} ${uuid}`;
    const earlier = uuid ? sent.get(key) : undefined;
    if (earlier && now() - earlier.at < UUID_WINDOW_MS) return apiView(earlier.message);
    const message = chats.add({ chat, from: 'bot', type, content, ...(parentId ? { parentId } : {}), at: Date.now() });
    if (uuid) sent.set(key, { message, at: now() });
    return apiView(message);
  };

  const target = (app: App, receiveIdType: string | null, receiveId: unknown): Chat => {
    if (typeof receiveId !== 'string' || receiveId === '') throw badParameter('receive_id is empty');
    const nobody = app.faults.unavailable.has(receiveId) || receiveId === app.openId;
    if (receiveIdType === 'open_id') {
      if (nobody || !/^ou_\w+$/.test(receiveId)) throw new ApiError(230013, 'Bot has NO availability to this user.');
      return chats.open(app, receiveId);
    }
    if (receiveIdType !== 'chat_id') throw badParameter('receive_id_type must be open_id or chat_id here');
    const chat = chats.byId(app, receiveId);
    if (!chat || nobody) throw new ApiError(230002, 'The bot can not be outside the group.');
    return chat;
  };

  /** The app's own view of a message that still exists. */
  const existing = (app: App, messageId: string): StoredMessage => {
    const message = chats.find(messageId);
    if (message?.chat.appId !== app.account.appId) throw badParameter('invalid message_id');
    if (message.recalled) throw new ApiError(230011, 'The message was withdrawn.');
    return message;
  };

  return {
    create: (app, receiveIdType, body) => deliver(app, target(app, receiveIdType, body.json['receive_id']), body),
    reply: (app, messageId, body) => deliver(app, existing(app, messageId).chat, body, messageId),
    patch: (app, messageId, body) => {
      const message = existing(app, messageId);
      if (message.from !== 'bot') throw new ApiError(230017, 'Bot is NOT the owner of the resource.');
      if (message.type !== 'interactive') throw badParameter('only cards can be patched');
      message.content = checkContent('interactive', body.json['content'], body.bytes).content;
      return {};
    },
    get: (app, messageId) => ({ items: [apiView(existing(app, messageId))] }),
  };
};
