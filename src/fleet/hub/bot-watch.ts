/** Tells of hosts that have the hub's own bot in their configuration, as on the day on which they were alone: each once. */
import type { Logger } from '../../base/logger.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import type { Beat } from '../protocol/messages.ts';
import { createToldOnce, type ToldOnceOptions } from './told-once.ts';

export interface BotWatchOptions extends ToldOnceOptions {
  /** The hub's bots. */
  readonly own: readonly string[];
  readonly locale: Locale;
  readonly logger: Logger;
}

export const createBotWatch = (options: BotWatchOptions) => {
  const { own, locale, logger } = options;
  const told = createToldOnce(options, 'fleet.same_bot');
  const text = fleetText(locale);
  return {
    heard: (host: string, { bots = [] }: Pick<Beat, 'bots'>): void => {
      const shared = bots.filter((bot) => own.includes(bot)).map((bot) => bot.split(':')[0] ?? bot);
      if (shared.length === 0) return told.end(host);
      if (told.has(host)) return;
      logger.warn({ host, bots: shared }, 'a host has the bot of this hub in its own configuration');
      told.tell(host, {
        tone: 'warning',
        title: text.sameBot(host),
        lines: [text.sameBotLine()],
        note: text.sameBotNote(host, shared),
      });
    },
  };
};
