/** A person's finger: taps on buttons and menus, and the bot's answer to them (docs/facts/qq.md 3.4, 4.6). */
import type { PhoneMessage } from '../phone.ts';
import type { Bot } from './bot.ts';
import { visited } from './card.ts';
import { conversationOf, type Conversations } from './conversations.ts';
import { interaction, MESSAGE_BUTTON } from './events.ts';
import type { KeyboardButton } from './keyboard.ts';
import { raise } from './raise.ts';
import { openTicket } from './tickets.ts';
import type { Timers } from './timers.ts';

export interface Pressed {
  readonly answered: boolean;
  readonly toast: string | null;
}

/** What the client shows for each code of `PUT /interactions/{id}`. */
const TOASTS: Readonly<Record<number, string | null>> = {
  0: null,
  1: '操作失败',
  2: '操作频繁',
  3: '重复操作',
  4: '没有权限',
  5: '仅管理员操作',
};
const NO_ANSWER: Pressed = { answered: false, toast: '操作超时' };
const NOT_ALLOWED: Pressed = { answered: false, toast: '无权限操作' };

export interface Finger {
  /** Raises an interaction. @returns the code of the bot's answer; null when none came in time */
  interact(bot: Bot, user: string, type: number, resolved: object): Promise<number | null>;
  press(bot: Bot, user: string, messageId: string, buttonId: string): Promise<Pressed>;
}

const buttonOn = (
  bot: Bot,
  user: string,
  messageId: string,
  buttonId: string,
): { readonly message: PhoneMessage; readonly button: KeyboardButton } => {
  const message = conversationOf(bot, user).find(({ id, from }) => id === messageId && from === 'bot');
  const button = bot.keyboards.get(messageId)?.find(({ id }) => id === buttonId);
  if (!message || !button)
    throw new Error(`The QQ phone of ${user} shows no button "${buttonId}" on a message "${messageId}".`);
  return { message, button };
};

/** @param say what a command button does: it writes in the person's name */
export const createFinger = (
  timers: Timers,
  limitMs: number,
  conversations: Conversations,
  say: (bot: Bot, user: string, text: string) => void,
): Finger => {
  const interact: Finger['interact'] = (bot, user, type, resolved) => {
    const at = timers.now();
    const target = { kind: 'user', openid: user } as const;
    const event = interaction(bot.account.appId, user, type, resolved, at, bot.rules.events);
    return new Promise((resolve) => {
      const cancel = timers.later(limitMs, () => {
        bot.clicks.delete(event.id);
        resolve(null);
      });
      bot.clicks.set(event.id, (code) => {
        cancel();
        resolve(code);
      });
      if (bot.rules.interactionTicket === 'either')
        openTicket(bot, event.id, { kind: 'event', target, at, t: 'INTERACTION_CREATE' });
      raise(bot, 'INTERACTION_CREATE', event, target, at);
    });
  };

  const showVisited = (bot: Bot, message: PhoneMessage, { id, label, visitedLabel }: KeyboardButton): void => {
    if (visitedLabel === label || !message.card) return;
    conversations.change(bot, { ...message, card: visited(message.card, id, visitedLabel), editedAt: timers.now() });
  };

  return {
    interact,
    press: async (bot, user, messageId, buttonId) => {
      const { message, button } = buttonOn(bot, user, messageId, buttonId);
      if (button.users !== null && !button.users.includes(user)) return NOT_ALLOWED;
      showVisited(bot, message, button);
      if (button.action === 'command') say(bot, user, button.data);
      if (button.action !== 'callback') return { answered: true, toast: null };
      const code = await interact(bot, user, MESSAGE_BUTTON, { button_id: button.id, button_data: button.data });
      return code === null
        ? NO_ANSWER
        : { answered: true, toast: TOASTS[code] === undefined ? '操作失败' : TOASTS[code] };
    },
  };
};
