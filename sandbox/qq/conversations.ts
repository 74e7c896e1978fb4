/** What stands on people's phones, and who is told of it. */
import type { PhoneMessage } from '../phone.ts';
import type { Bot } from './bot.ts';

export type Listener = (appId: string, message: PhoneMessage) => void;

export interface Conversations {
  write(bot: Bot, message: PhoneMessage): void;
  /** Puts a changed message in the place of the one with its id. */
  change(bot: Bot, message: PhoneMessage): void;
  onMessage(listener: Listener): () => void;
}

export const conversationOf = (bot: Bot, user: string): readonly PhoneMessage[] => bot.conversations.get(user) ?? [];

export const createConversations = (): Conversations => {
  const listeners = new Set<Listener>();
  const put = (bot: Bot, message: PhoneMessage, all: readonly PhoneMessage[]): void => {
    bot.conversations.set(message.user, [...all]);
    for (const listener of listeners) listener(bot.account.appId, message);
  };
  return {
    write: (bot, message) => put(bot, message, [...conversationOf(bot, message.user), message]),
    change: (bot, message) =>
      put(
        bot,
        message,
        conversationOf(bot, message.user).map((known) => (known.id === message.id ? message : known)),
      ),
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
