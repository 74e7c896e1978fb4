/** The hosts of the fleet: who there is stands in the store, how they are is what this hub has heard itself. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../base/logger.ts';
import type { Addressee } from '../../notify/recipients/addressees.ts';
import type { Outbox } from '../../notify/outbox/queue.ts';
import type { Locale } from '../../text/locale.ts';
import type { Beat, Misread } from '../messages.ts';
import type { Labels } from '../subjects.ts';

/** What every part of a hub that tells people something needs. */
export interface HubTools {
  readonly db: DatabaseSync;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  /** Everybody who gets the alerts, as it stands now. */
  readonly people: () => readonly Addressee[];
  readonly now: () => number;
  /** A clock that never jumps. */
  readonly monotonicMs: () => number;
  readonly locale: Locale;
  readonly logger: Logger;
  /** Something is in the outbox. */
  readonly onQueued: () => void;
}

export interface HostSeen {
  readonly host: string;
  readonly labels: Labels;
  readonly version: string;
  /** When this hub last understood it, by the clock that never jumps; null: not yet. */
  readonly heardAt: number | null;
  readonly heardAtWall: number | null;
  /** What it last said of itself; null: this hub has not heard it. */
  readonly beat: Beat | null;
  /** How far its clock was ahead of this hub's then. */
  readonly aheadMs: number;
  /** When two agents were last heard under this name; null: never. */
  readonly twinsAt: number | null;
  /** It speaks, and is not understood. */
  readonly misread: { readonly why: Misread; readonly version: string; readonly at: number } | null;
}

export const SILENT_MS = 90_000;
/** Two beats and something: until then what it said last counts. */
const LATE_MS = 35_000;
/** Each of two agents is heard every 15 s. */
const TWINS_FOR_MS = 60_000;

/** How a host can be reached: only of one that is `heard` its last beat says how it is. */
export type Hearing =
  | { readonly is: 'heard'; readonly beat: Beat }
  | { readonly is: 'not_yet' }
  | { readonly is: 'late' | 'silent'; readonly forMs: number }
  | { readonly is: 'twins' }
  | { readonly is: 'misread'; readonly why: Misread; readonly version: string };

export const hearingOf = ({ heardAt, beat, twinsAt, misread }: HostSeen, monotonicMs: number): Hearing => {
  if (misread !== null && monotonicMs - misread.at < SILENT_MS)
    return { is: 'misread', why: misread.why, version: misread.version };
  if (heardAt === null || beat === null) return { is: 'not_yet' };
  const forMs = monotonicMs - heardAt;
  if (forMs >= LATE_MS) return { is: forMs >= SILENT_MS ? 'silent' : 'late', forMs };
  return twinsAt !== null && monotonicMs - twinsAt < TWINS_FOR_MS ? { is: 'twins' } : { is: 'heard', beat };
};

export interface Hosts {
  heard(host: string, beat: Beat): void;
  misread(host: string, why: Misread, bytes: Uint8Array): void;
  all(): readonly HostSeen[];
  get(host: string): HostSeen | null;
  forget(host: string): void;
}

/** More cannot be a fleet: somebody makes up names. */
const MOST_HOSTS = 20_000;
const MOST_PAST = 8;

/** What a neighbour of another version says of itself, as far as that can be read. */
const versionIn = (bytes: Uint8Array): string => {
  try {
    const { version } = JSON.parse(new TextDecoder().decode(bytes)) as { version?: unknown };
    return typeof version === 'string' ? version.slice(0, 40) : '?';
  } catch {
    return '?';
  }
};

export const createHosts = ({
  db,
  now,
  monotonicMs,
  logger,
}: Pick<HubTools, 'db' | 'now' | 'monotonicMs' | 'logger'>): Hosts => {
  const upsert = db.prepare(`
    INSERT INTO fleet_hosts (host, first_at, labels, version) VALUES (?, ?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET labels = excluded.labels, version = excluded.version`);
  const remove = db.prepare('DELETE FROM fleet_hosts WHERE host = ?');
  const unheard = (host: string, labels: Labels, version: string): HostSeen => ({
    host,
    labels,
    version,
    heardAt: null,
    heardAtWall: null,
    beat: null,
    aheadMs: 0,
    twinsAt: null,
    misread: null,
  });
  const rows = db.prepare('SELECT * FROM fleet_hosts ORDER BY host').all();
  const seen = new Map<string, HostSeen>(
    rows.map((row) => {
      const host = String(row['host']);
      return [host, unheard(host, JSON.parse(String(row['labels'])) as Labels, String(row['version']))];
    }),
  );
  /** Earlier runs of each host's agent, as far as this hub has heard them. */
  const past = new Map<string, readonly string[]>();

  /** A run that was followed by another never speaks again, unless there are two. */
  const isTwin = (host: string, before: HostSeen | undefined, { instance }: Beat): boolean => {
    if (before?.beat == null || before.beat.instance === instance) return false;
    const earlier = past.get(host) ?? [];
    past.set(host, [...earlier.filter((each) => each !== instance), before.beat.instance].slice(-MOST_PAST));
    return earlier.includes(instance);
  };
  const put = (host: HostSeen): void => {
    const before = seen.get(host.host);
    if (before === undefined && seen.size >= MOST_HOSTS) return;
    // Only what is new goes to the disk, and into the hubs' log.
    if (before?.version !== host.version || JSON.stringify(before.labels) !== JSON.stringify(host.labels))
      upsert.run(host.host, now(), JSON.stringify(host.labels), host.version);
    seen.set(host.host, host);
  };

  return {
    heard: (host, beat) => {
      const before = seen.get(host);
      const at = monotonicMs();
      put({
        host,
        labels: beat.labels,
        version: beat.version,
        heardAt: at,
        heardAtWall: now(),
        beat,
        aheadMs: beat.at - now(),
        twinsAt: isTwin(host, before, beat) ? at : (before?.twinsAt ?? null),
        misread: null,
      });
    },
    misread: (host, why, bytes) => {
      const before = seen.get(host);
      if (before?.misread == null) logger.warn({ host, why }, 'a host cannot be understood');
      const version = versionIn(bytes);
      put({
        ...(before ?? unheard(host, {}, version)),
        version: version === '?' ? (before?.version ?? version) : version,
        misread: { why, version, at: monotonicMs() },
      });
    },
    all: () => [...seen.values()],
    get: (host) => seen.get(host) ?? null,
    forget: (host) => {
      remove.run(host);
      past.delete(host);
      seen.delete(host);
    },
  };
};
