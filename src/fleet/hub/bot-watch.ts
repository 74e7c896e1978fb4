/** Tells of hosts that have the hub's own bot in their configuration, as on the day on which they were alone: each once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';
import type { Outbox } from '../../notify/outbox/queue.ts';
import { transaction } from '../../store/transaction.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import type { Beat } from '../protocol/messages.ts';
import { createToldOnce } from './told-once.ts';

export interface BotWatchOptions {
  readonly db: DatabaseSync;
  /** The hub's bots. */
  readonly own: readonly string[];
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly people: () => readonly Addressee[];
  readonly now: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
  readonly onQueued: () => void;
}

export const createBotWatch = (options: BotWatchOptions) => {
  const { db, own, outbox, people, now, locale, logger, onQueued } = options;
  const told = createToldOnce(db, 'fleet.same_bot');
  const text = fleetText(locale);
  return {
    heard: (host: string, { bots = [] }: Pick<Beat, 'bots'>): void => {
      const shared = bots.filter((bot) => own.includes(bot)).map((bot) => bot.split(':')[0] ?? bot);
      if (shared.length === 0) return told.end(host);
      if (told.has(host)) return;
      logger.warn({ host, bots: shared }, 'a host has the bot of this hub in its own configuration');
      transaction(db, () => {
        // Each is a matter of its own, also of two within a millisecond.
        const subject = now() + told.add(host);
        outbox.enqueue(
          {
            topic: 'silence',
            subject,
            kind: 'opened',
            message: {
              tone: 'warning',
              title: text.sameBot(host),
              lines: [text.sameBotLine()],
              note: text.sameBotNote(host, shared),
            },
            at: now(),
          },
          people(),
        );
      });
      onQueued();
    },
  };
};
