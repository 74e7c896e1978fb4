/** How long this gateway's own starts have taken, whoever made them; kept in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Vitals } from '../diagnosis/vitals.ts';
import { LEARN_FROM } from './startup-limit.ts';

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
