/** The hosts of the fleet: who there is stands in the store, how they are is what this hub has heard itself. */
import type { DatabaseSync } from 'node:sqlite';
import type { Labels } from '../protocol/names.ts';
import type { Beat } from '../protocol/messages.ts';
import type { HeardHost } from './silence.ts';

export interface HostSeen extends HeardHost {
  readonly version: string;
  /** What it last said of itself; null: this hub has not heard it. */
  readonly beat: Beat | null;
  /** By the wall clock, for people. */
  readonly heardAtWall: number | null;
  /** When it was last heard that two agents speak under this name, by the clock of `heardAt`; null: never. */
  readonly twinsAt: number | null;
}

/** Each of the two is heard every 15 s. */
const TWINS_FOR_MS = 60_000;

/** Whether two agents speak under this name now. */
export const areTwins = ({ twinsAt }: Pick<HostSeen, 'twinsAt'>, monotonicMs: number): boolean =>
  twinsAt !== null && monotonicMs - twinsAt < TWINS_FOR_MS;

export interface Hosts {
  /** @returns whether it was not known before. */
  heard(host: string, beat: Beat): boolean;
  all(): readonly HostSeen[];
  get(host: string): HostSeen | null;
  /** @returns whether there was one. */
  forget(host: string): boolean;
}

/** More cannot be a fleet: somebody makes up names. */
export const MOST_HOSTS = 20_000;
const MOST_PAST = 8;

export const createHosts = (db: DatabaseSync, now: () => number, monotonicMs: () => number): Hosts => {
  const upsert = db.prepare(`
    INSERT INTO fleet_hosts (host, first_at, labels, version) VALUES (?, ?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET labels = excluded.labels, version = excluded.version`);
  const remove = db.prepare('DELETE FROM fleet_hosts WHERE host = ?');
  const seen = new Map<string, HostSeen>(
    db
      .prepare('SELECT * FROM fleet_hosts ORDER BY host')
      .all()
      .map((row) => {
        const host = String(row['host']);
        return [
          host,
          {
            host,
            labels: JSON.parse(String(row['labels'])) as Labels,
            version: String(row['version']),
            heardAt: null,
            heardAtWall: null,
            twinsAt: null,
            beat: null,
          },
        ];
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

  return {
    heard: (host, beat) => {
      const before = seen.get(host);
      if (before === undefined && seen.size >= MOST_HOSTS) return false;
      const { labels, version } = beat;
      // Only what is new goes to the disk, and into the hubs' log.
      if (before?.version !== version || JSON.stringify(before.labels) !== JSON.stringify(labels))
        upsert.run(host, now(), JSON.stringify(labels), version);
      const at = monotonicMs();
      const twinsAt = isTwin(host, before, beat) ? at : (before?.twinsAt ?? null);
      seen.set(host, { host, labels, version, heardAt: at, heardAtWall: now(), twinsAt, beat });
      return before === undefined;
    },
    all: () => [...seen.values()],
    get: (host) => seen.get(host) ?? null,
    forget: (host) => {
      remove.run(host);
      past.delete(host);
      return seen.delete(host);
    },
  };
};
