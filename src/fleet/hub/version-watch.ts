/** Tells of hosts that speak another version than this hub can read: each once. What was told survives a take-over. */
import type { Logger } from '../../base/logger.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import type { Misread } from '../protocol/messages.ts';
import { SILENT_MS } from './silence.ts';
import { createToldOnce, type ToldOnceOptions } from './told-once.ts';

export interface VersionWatchOptions extends ToldOnceOptions {
  readonly monotonicMs: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
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
  const { monotonicMs, locale, logger } = options;
  const text = fleetText(locale);
  const told = createToldOnce(options, 'fleet.other_versions');
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
      told.tell(host, {
        tone: 'warning',
        title: why === 'too_old' ? text.tooOld(host, version) : text.tooNew(host, version),
      });
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
