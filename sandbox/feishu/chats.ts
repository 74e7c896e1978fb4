/** Every conversation on the platform: one between each bot and person, and groups. */
import type { PhoneMessage } from '../phone.ts';
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
  /** The message that it answers, and the first of those that answer one another. */
  readonly parentId: string | null;
  readonly rootId: string | null;
  /** What it is, when it is a file. */
  readonly file: PhoneMessage['file'] | null;
  /** By the machine's clock, for the phone. */
  readonly at: number;
  /** By the platform's clock. */
  readonly sentAt: number;
  recalled: boolean;
  edits: number;
  editedAt: number | null;
  buzzes: number;
}

/** As the API and the events name what it answers. */
export const relationOf = ({
  parentId,
  rootId,
}: StoredMessage): { readonly root_id?: string; readonly parent_id?: string } =>
  parentId === null ? {} : { root_id: rootId ?? parentId, parent_id: parentId };

const shown = ({ type, content, file }: StoredMessage): Pick<PhoneMessage, 'text' | 'card' | 'file'> =>
  file ? { text: `[file] ${file.name}`, file } : readable(type, content);

export const phoneView = (message: StoredMessage): PhoneMessage => ({
  id: message.id,
  from: message.from,
  user: message.user,
  ...(message.chat.kind === 'group' ? { group: message.chat.id } : {}),
  ...(message.recalled ? { text: '(recalled)' } : shown(message)),
  ...(message.parentId === null ? {} : { quotes: message.parentId }),
  at: message.at,
  ...(message.editedAt === null ? {} : { editedAt: message.editedAt }),
  ...(message.buzzes === 0 ? {} : { buzzes: message.buzzes }),
});

export interface NewMessage {
  readonly chat: Chat;
  readonly from: 'bot' | 'user';
  readonly user?: string;
  readonly type: string;
  readonly content: string;
  readonly id?: string;
  readonly parentId?: string;
  readonly file?: PhoneMessage['file'];
  readonly at?: number;
}

export interface Chats {
  /** The conversation of a bot with a person (open_id) or in a group (chat_id); begun when there is none. */
  open(appId: string, peer: string): Chat;
  /** By the chat's own id. */
  byId(appId: string, chatId: string): Chat | null;
  /** What was said so far with a person or in a group. */
  history(appId: string, peer: string): readonly StoredMessage[];
  /** All that an app has sent, oldest first. */
  sentBy(appId: string): readonly StoredMessage[];
  add(message: NewMessage): StoredMessage;
  find(messageId: string): StoredMessage | null;
  edit(message: StoredMessage, content: string): void;
  buzz(message: StoredMessage): void;
  recall(message: StoredMessage): void;
  /** Hears each new message, and a changed one again. */
  onMessage(listener: (message: StoredMessage) => void): () => void;
}

/** A group has its id for all; a one-to-one chat has its own for each bot and person. */
const idOf = (appId: string, peer: string): string => (peer.startsWith('oc_') ? peer : stableId('oc_', appId, peer));

export const createChats = (now: () => number): Chats => {
  const chats = new Map<string, Chat>();
  const messages = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();

  const byId = (appId: string, chatId: string): Chat | null => chats.get(`${appId} ${chatId}`) ?? null;
  const tell = (message: StoredMessage): void => listeners.forEach((listener) => listener(message));

  return {
    open: (appId, peer) => {
      const id = idOf(appId, peer);
      const chat = byId(appId, id) ?? { id, appId, kind: id === peer ? 'group' : 'p2p', peer, messages: [] };
      chats.set(`${appId} ${id}`, chat);
      return chat;
    },
    byId,
    history: (appId, peer) => byId(appId, idOf(appId, peer))?.messages ?? [],
    sentBy: (appId) => [...messages.values()].filter(({ from, chat }) => from === 'bot' && chat.appId === appId),
    add: ({ chat, user = chat.peer, id = newId('om_'), parentId = null, file = null, at = Date.now(), ...rest }) => {
      const rootId = parentId === null ? null : (messages.get(parentId)?.rootId ?? parentId);
      const message: StoredMessage = {
        id,
        chat,
        user,
        parentId,
        rootId,
        file,
        at,
        sentAt: now(),
        recalled: false,
        edits: 0,
        editedAt: null,
        buzzes: 0,
        ...rest,
      };
      chat.messages.push(message);
      messages.set(id, message);
      tell(message);
      return message;
    },
    find: (messageId) => messages.get(messageId) ?? null,
    edit: (message, content) => {
      message.content = content;
      message.edits += 1;
      message.editedAt = Date.now();
      tell(message);
    },
    buzz: (message) => {
      message.buzzes += 1;
      tell(message);
    },
    recall: (message) => {
      message.recalled = true;
      tell(message);
    },
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
