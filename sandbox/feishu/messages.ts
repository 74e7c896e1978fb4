/** Sending, answering and reading messages. */
import type { App } from './apps.ts';
import { relationOf, type Chat, type StoredMessage } from './chats.ts';
import { checkContent, type Context } from './content.ts';
import { TENANT } from './events.ts';
import { ApiError, badParameter, type Body } from './http.ts';
import { FIVE_A_SECOND } from './limits.ts';

const UUID_WINDOW_MS = 3_600_000;

export interface Messages {
  create(app: App, receiveIdType: string | null, body: Body): object;
  reply(app: App, messageId: string, body: Body): object;
  get(app: App, messageId: string): object;
}

/** The message as the API shows it. */
export const apiView = (message: StoredMessage) => ({
  message_id: message.id,
  ...relationOf(message),
  msg_type: message.type,
  create_time: String(message.at),
  update_time: String(message.editedAt ?? message.at),
  deleted: message.recalled,
  updated: message.edits > 0,
  chat_id: message.chat.id,
  sender: {
    ...(message.from === 'bot'
      ? { id: message.chat.appId, id_type: 'app_id', sender_type: 'app' }
      : { id: message.user, id_type: 'open_id', sender_type: 'user' }),
    tenant_key: TENANT,
  },
  body: { content: message.content },
});

/** The app's own view of a message that still exists. @throws ApiError when there is none. */
export const existing = (context: Context, app: App, messageId: string): StoredMessage => {
  const message = context.chats.find(messageId);
  if (message?.chat.appId !== app.account.appId) throw badParameter('invalid message_id');
  if (message.recalled) throw new ApiError(230011, 'The message is recalled.');
  return message;
};

export const tooOften = (): ApiError => new ApiError(230020, 'This operation triggers the frequency limit.');

export const createMessages = (context: Context): Messages => {
  const { chats, limits, rules, now } = context;
  const sent = new Map<string, { readonly message: StoredMessage; readonly at: number }>();

  /** What a second call with the same uuid gets; null: it is no second one. */
  const repeat = (key: string): object | null => {
    const earlier = sent.get(key);
    if (rules.uuid === 'off' || !earlier || now() - earlier.at >= UUID_WINDOW_MS) return null;
    if (rules.uuid === 'refused') throw new ApiError(230049, 'The message is being sent.');
    return rules.uuid === 'no-message' ? {} : apiView(earlier.message);
  };

  /** Sends once for each uuid within an hour. */
  const deliver = (app: App, chat: Chat, body: Body, parentId?: string): object => {
    const { uuid } = body.json;
    if (uuid !== undefined && (typeof uuid !== 'string' || uuid.length > 50))
      throw badParameter('uuid is longer than 50');
    const { type, content, file } = checkContent(app.account.appId, body.json['msg_type'], body, context);
    const key = `${app.account.appId} ${uuid}`;
    const again = uuid ? repeat(key) : null;
    if (again) return again;
    // A group's limit is shared by all its bots.
    if (rules.peerRate && limits.take(`peer ${chat.id}`, FIVE_A_SECOND) > 0) throw tooOften();
    const message = chats.add({
      chat,
      from: 'bot',
      type,
      content,
      ...(file ? { file: { name: file.name, text: file.text } } : {}),
      ...(parentId ? { parentId } : {}),
    });
    if (uuid) sent.set(key, { message, at: now() });
    return apiView(message);
  };

  const target = (app: App, receiveIdType: string | null, receiveId: unknown): Chat => {
    if (typeof receiveId !== 'string' || receiveId === '') throw badParameter('receive_id is empty');
    const nobody = app.faults.unavailable.has(receiveId) || receiveId === app.openId;
    if (receiveIdType === 'open_id') {
      if (nobody || !/^ou_\w+$/.test(receiveId)) throw new ApiError(230013, 'Bot has NO availability to this user.');
      return chats.open(app.account.appId, receiveId);
    }
    if (receiveIdType !== 'chat_id') throw badParameter('receive_id_type must be open_id or chat_id here');
    const chat = chats.byId(app.account.appId, receiveId);
    if (!chat || nobody) throw new ApiError(230002, 'The bot can not be outside the group.');
    return chat;
  };

  return {
    create: (app, receiveIdType, body) => deliver(app, target(app, receiveIdType, body.json['receive_id']), body),
    reply: (app, messageId, body) => deliver(app, existing(context, app, messageId).chat, body, messageId),
    get: (app, messageId) => ({ items: [apiView(existing(context, app, messageId))] }),
  };
};
