/** Urgent pushes ("buzzes") by app, SMS and phone (docs/facts/feishu.md 4.3). */
import type { App } from './apps.ts';
import type { Chat } from './chats.ts';
import type { Context } from './content.ts';
import { ApiError, badParameter, type Body } from './http.ts';
import { existing } from './messages.ts';

export type BuzzWay = 'app' | 'sms' | 'phone';

const MAX_PEOPLE = 200;
const MAX_UNREAD = 200;

export interface Buzzes {
  buzz(app: App, way: BuzzWay, messageId: string, userIdType: string | null, body: Body): object;
  /** How many buzzes a person has not read; dismissing one is not reading it. */
  unread(user: string): number;
  read(user: string): void;
}

/** Everybody who is in the chat: of a group those who have written in it. */
const isIn = (chat: Chat, user: string): boolean =>
  chat.peer === user || chat.messages.some((message) => message.from === 'user' && message.user === user);

export const createBuzzes = (context: Context): Buzzes => {
  const unread = new Map<string, number>();
  return {
    unread: (user) => unread.get(user) ?? 0,
    read: (user) => unread.delete(user),
    buzz: (app, way, messageId, userIdType, body) => {
      const message = existing(context, app, messageId);
      if (message.from !== 'bot') throw new ApiError(230012, 'Bot is NOT the sender of the message.');
      if ((userIdType ?? 'open_id') !== 'open_id') throw badParameter('user_id_type must be open_id here');
      const list: unknown = body.json['user_id_list'];
      if (!Array.isArray(list) || list.length === 0 || list.length > MAX_PEOPLE)
        throw badParameter(`user_id_list must hold 1 to ${MAX_PEOPLE} ids`);
      const people = list.map(String);
      const valid = people.filter((user) => isIn(message.chat, user));
      if (valid.length === 0) throw badParameter('all of user_id_list is invalid');
      if (context.rules.unreadBuzzes && valid.some((user) => (unread.get(user) ?? 0) >= MAX_UNREAD))
        throw new ApiError(230023, 'The user has too many unread urgent messages.');
      if (way !== 'app') {
        if (app.faults.paidBuzzesLeft < valid.length)
          throw new ApiError(230024, 'Reach the upper limit of urgent message.');
        app.faults.paidBuzzesLeft -= valid.length;
      }
      for (const user of valid) unread.set(user, (unread.get(user) ?? 0) + 1);
      context.chats.buzz(message);
      return { invalid_user_id_list: people.filter((user) => !valid.includes(user)) };
    },
  };
};
