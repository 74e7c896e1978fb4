/** Tells of hosts that speak another version than this hub can read: each once. What was told survives a take-over. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';
import type { Outbox } from '../../notify/outbox/queue.ts';
import { transaction } from '../../store/transaction.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import type { Misread } from '../protocol/messages.ts';
import { SILENT_MS } from './silence.ts';
import { createToldOnce } from './told-once.ts';

export interface VersionWatchOptions {
  readonly db: DatabaseSync;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly people: () => readonly Addressee[];
  readonly monotonicMs: () => number;
  readonly now: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
  readonly onQueued: () => void;
}

export interface VersionWatch {
  misunderstood(host: string, why: Misread, bytes: Uint8Array): void;
  understood(host: string): void;
  /** Whether it was heard lately, though not understood: it is not silent. */
  isHeard(host: string): boolean;
}

/** What a neighbour of another version says of itself, as far as that can be read. */
const versionIn = (bytes: Uint8Array): string | null => {
  try {
    const raw = JSON.parse(new TextDecoder().decode(bytes)) as { version?: unknown };
    return typeof raw.version === 'string' ? raw.version.slice(0, 40) : null;
  } catch {
    return null;
  }
};

export const createVersionWatch = (options: VersionWatchOptions): VersionWatch => {
  const { db, outbox, people, monotonicMs, now, locale, logger, onQueued } = options;
  const text = fleetText(locale);
  const told = createToldOnce(db, 'fleet.other_versions');
  const logged = new Set<string>();
  const heardAt = new Map<string, number>();

  return {
    misunderstood: (host, why, bytes) => {
      if (!logged.has(host)) logger.warn({ host, why }, 'a host cannot be understood');
      logged.add(host);
      if (why !== 'too_old' && why !== 'too_new') return;
      heardAt.set(host, monotonicMs());
      if (told.has(host)) return;
      const version = versionIn(bytes) ?? '?';
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
              title: why === 'too_old' ? text.tooOld(host, version) : text.tooNew(host, version),
            },
            at: now(),
          },
          people(),
        );
      });
      onQueued();
    },
    understood: (host) => {
      logged.delete(host);
      heardAt.delete(host);
      told.end(host);
    },
    isHeard: (host) => {
      const at = heardAt.get(host);
      return at !== undefined && monotonicMs() - at < SILENT_MS;
    },
  };
};
