/** Every conversation on the platform: one between each bot and person, and groups. */
import type { PhoneMessage } from '../phone.ts';
import type { App } from './apps.ts';
import { newId, stableId } from './ids.ts';
import { readable } from './readable.ts';

export interface Chat {
  readonly id: string;
  readonly appId: string;
  readonly kind: 'p2p' | 'group';
  /** The person's open_id; in a group the chat's own id. */
  readonly peer: string;
  readonly messages: StoredMessage[];
}

export interface StoredMessage {
  readonly id: string;
  readonly chat: Chat;
  readonly from: 'bot' | 'user';
  readonly user: string;
  readonly type: string;
  /** The JSON string as the API carries it. */
  content: string;
  readonly parentId: string | null;
  readonly at: number;
  recalled: boolean;
}

export const phoneView = (message: StoredMessage): PhoneMessage => ({
  id: message.id,
  from: message.from,
  user: message.user,
  text: message.recalled ? '(recalled)' : readable(message.type, message.content),
  at: message.at,
});

export interface NewMessage {
  readonly chat: Chat;
  readonly from: 'bot' | 'user';
  readonly user?: string;
  readonly type: string;
  readonly content: string;
  readonly id?: string;
  readonly parentId?: string;
  readonly at: number;
}

export interface Chats {
  /** The conversation of a bot with a person (open_id) or in a group (chat_id); begun when there is none. */
  open(app: App, peer: string): Chat;
  /** By the chat's own id. */
  byId(app: App, chatId: string): Chat | null;
  /** What was said so far with a person or in a group. */
  history(app: App, peer: string): readonly StoredMessage[];
  add(message: NewMessage): StoredMessage;
  find(messageId: string): StoredMessage | null;
  onMessage(listener: (message: StoredMessage) => void): () => void;
}

/** A group has its id for all; a one-to-one chat has its own for each bot and person. */
const idOf = (app: App, peer: string): string => (peer.startsWith('oc_') ? peer : stableId('oc_', app.account.appId, peer));

export const createChats = (): Chats => {
  const chats = new Map<string, Chat>();
  const messages = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();

  const byId = (app: App, chatId: string): Chat | null => chats.get(`${app.account.appId} ${chatId}`) ?? null;

  return {
    open: (app, peer) => {
      const id = idOf(app, peer);
      const chat = byId(app, id) ?? { id, appId: app.account.appId, kind: id === peer ? 'group' : 'p2p', peer, messages: [] };
      chats.set(`${app.account.appId} ${id}`, chat);
      return chat;
    },
    byId,
    history: (app, peer) => byId(app, idOf(app, peer))?.messages ?? [],
    add: ({ chat, user = chat.peer, id = newId('om_'), parentId = null, ...rest }) => {
      const message: StoredMessage = { id, chat, user, parentId, recalled: false, ...rest };
      chat.messages.push(message);
      messages.set(id, message);
      for (const listener of listeners) listener(message);
      return message;
    },
    find: (messageId) => messages.get(messageId) ?? null,
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
