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
}

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
            beat: null,
          },
        ];
      }),
  );
  return {
    heard: (host, beat) => {
      const before = seen.get(host);
      if (before === undefined && seen.size >= MOST_HOSTS) return false;
      const { labels, version } = beat;
      // Only what is new goes to the disk, and into the hubs' log.
      if (before?.version !== version || JSON.stringify(before.labels) !== JSON.stringify(labels))
        upsert.run(host, now(), JSON.stringify(labels), version);
      seen.set(host, { host, labels, version, heardAt: monotonicMs(), heardAtWall: now(), beat });
      return before === undefined;
    },
    all: () => [...seen.values()],
    get: (host) => seen.get(host) ?? null,
    forget: (host) => {
      remove.run(host);
      return seen.delete(host);
    },
  };
};
