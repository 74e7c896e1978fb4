/** Makes something that happened an event of the bot, which it may answer where the platform lets it. */
import { dispatch, type Bot } from './bot.ts';
import type { Target } from './exchange.ts';
import { eventOf } from './session.ts';
import { openTicket } from './tickets.ts';

export const raise = (bot: Bot, t: string, d: unknown, target: Target, at: number): void => {
  const event = eventOf(t, d);
  openTicket(bot, event.id, { kind: 'event', target, at, t });
  dispatch(bot, event);
};
