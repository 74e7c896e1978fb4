/** Tells that two agents speak under one name, and that there is one again. What was told survives a take-over. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';
import type { Outbox } from '../../notify/outbox/queue.ts';
import { createMeta } from '../../store/meta.ts';
import { transaction } from '../../store/transaction.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { areTwins, type Hosts } from './hosts.ts';

export interface TwinWatchOptions {
  readonly db: DatabaseSync;
  readonly hosts: Pick<Hosts, 'all' | 'get'>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly people: () => readonly Addressee[];
  /** Whether this hub has listened for long enough to know that there is one. */
  readonly hasListened: () => boolean;
  readonly monotonicMs: () => number;
  readonly now: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
  readonly onQueued: () => void;
}

const KEY = 'fleet.twins';

export const createTwinWatch = (options: TwinWatchOptions): { check(): void } => {
  const { db, hosts, outbox, people, hasListened, monotonicMs, now, locale, logger, onQueued } = options;
  const meta = createMeta(db);
  const text = fleetText(locale);
  /** What was told, by host: the subject of its messages. */
  const told = new Map(Object.entries(JSON.parse(meta.get(KEY) ?? '{}') as Readonly<Record<string, number>>));

  const tell = (host: string, subject: number, kind: 'opened' | 'recovered', message: Message): void => {
    transaction(db, () => {
      if (kind === 'opened') told.set(host, subject);
      else told.delete(host);
      meta.set(KEY, told.size === 0 ? null : JSON.stringify(Object.fromEntries(told)));
      outbox.enqueue({ topic: 'silence', subject, kind, message, at: now() }, people());
    });
    onQueued();
  };

  return {
    check: () => {
      for (const seen of hosts.all()) {
        if (!areTwins(seen, monotonicMs()) || told.has(seen.host)) continue;
        logger.error({ host: seen.host }, 'two agents speak under one name');
        tell(seen.host, now() + told.size, 'opened', {
          tone: 'critical',
          title: text.twins(seen.host),
          lines: [text.twinsLine(seen.host)],
          note: text.twinsNote(),
        });
      }
      if (!hasListened()) return;
      for (const [host, subject] of told) {
        const seen = hosts.get(host);
        // One that is silent or forgotten has no twin that could be heard.
        if (seen !== null && areTwins(seen, monotonicMs())) continue;
        tell(host, subject, 'recovered', { tone: 'good', title: text.twinsOver(host) });
      }
    },
  };
};
