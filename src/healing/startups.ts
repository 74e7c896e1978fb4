/** How long this gateway's own starts have taken, whoever made them, kept in SQLite; and so how long one may take. */
import type { DatabaseSync } from 'node:sqlite';
import type { Vitals } from '../diagnosis/vitals.ts';

/** So many proven starts make a habit. */
export const LEARN_FROM = 10;
const ENOUGH = 3;
/** A machine under load, a bigger history: three times as long as ever is no fault yet. */
const FACTOR = 3;
const FLOOR_MS = 60_000;
const CEILING_MS = 1_800_000;

export interface Startups {
  /** Learns from a look: once for each process. */
  seen(gateway: string, vitals: Vitals): void;
  /** The last ones, the newest first, milliseconds from the process's start to its word that it is ready. */
  durations(gateway: string): readonly number[];
}

export const createStartups = (db: DatabaseSync): Startups => {
  const insert = db.prepare('INSERT OR IGNORE INTO startups (gateway, pid, start_time, at, ms) VALUES (?, ?, ?, ?, ?)');
  const forget = db.prepare(
    'DELETE FROM startups WHERE gateway = ? AND at < (SELECT min(at) FROM (SELECT at FROM startups WHERE gateway = ? ORDER BY at DESC LIMIT ?))',
  );
  const select = db.prepare('SELECT ms FROM startups WHERE gateway = ? ORDER BY at DESC LIMIT ?');
  const known = new Map<string, string>();
  return {
    seen: (gateway, { process, readyAt }) => {
      if (!process || readyAt === null) return;
      const key = `${process.pid} ${process.startTime}`;
      const ms = Math.round(readyAt - process.startedAt);
      // A clock that jumped between the two tells nothing.
      if (known.get(gateway) === key || ms <= 0) return;
      known.set(gateway, key);
      insert.run(gateway, process.pid, process.startTime, Math.round(process.startedAt), ms);
      forget.run(gateway, gateway, LEARN_FROM);
    },
    durations: (gateway) => select.all(gateway, LEARN_FROM).map(({ ms }) => Number(ms)),
  };
};

/**
 * How long a start may take. Pure.
 * @param durations of proven starts, milliseconds; @param configured what holds until enough is known.
 */
export const startupLimit = (durations: readonly number[], configured: number): number => {
  const known = durations.filter((ms) => ms > 0 && ms < CEILING_MS);
  if (known.length < ENOUGH) return configured;
  return Math.min(CEILING_MS, Math.max(Math.min(FLOOR_MS, configured), FACTOR * Math.max(...known)));
};
