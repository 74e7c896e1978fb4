/** The incidents on the disk, so that open ones outlive Lifeline's own restart. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Verdict } from '../diagnosis/verdict.ts';
import { transaction } from '../store/transaction.ts';
import type { Incident, Told } from './incident.ts';

export interface IncidentBook {
  /** The open incidents, the oldest first. */
  open(): readonly Incident[];
  /** The last `count` incidents, open or closed, the newest first. */
  recent(count: number): readonly Incident[];
  /** The id of the next incident that opens. */
  nextId(): number;
  /** Stores new and changed ones, in this order; all or none. */
  save(incidents: readonly Incident[]): void;
}

export const createIncidentBook = (db: DatabaseSync): IncidentBook => {
  const selectOpen = db.prepare('SELECT * FROM incidents WHERE closed_at IS NULL ORDER BY id');
  const selectRecent = db.prepare('SELECT * FROM incidents ORDER BY id DESC LIMIT ?');
  const selectNext = db.prepare('SELECT ifnull(max(id), 0) + 1 AS next FROM incidents');
  const upsert = db.prepare(`
    INSERT INTO incidents (id, gateway, link, opened_at, since, closed_at, well_since, told, verdict, treatments)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET since = excluded.since, closed_at = excluded.closed_at, well_since = excluded.well_since,
      told = excluded.told, verdict = excluded.verdict, treatments = excluded.treatments`);
  return {
    open: () => selectOpen.all().map(toIncident),
    recent: (count) => selectRecent.all(count).map(toIncident),
    nextId: () => Number(selectNext.get()?.['next']),
    save: (incidents) =>
      transaction(db, () => {
        for (const { id, gateway, link, openedAt, since, closedAt, wellSince, told, verdict, treatments } of incidents) {
          upsert.run(id, gateway, link, openedAt, since, closedAt, wellSince, told, JSON.stringify(verdict), JSON.stringify(treatments));
        }
      }),
  };
};

const toIncident = (row: Record<string, SQLOutputValue>): Incident => ({
  id: Number(row['id']),
  gateway: String(row['gateway']),
  link: row['link'] === null ? null : String(row['link']),
  openedAt: Number(row['opened_at']),
  since: Number(row['since']),
  closedAt: row['closed_at'] === null ? null : Number(row['closed_at']),
  wellSince: row['well_since'] === null ? null : Number(row['well_since']),
  told: row['told'] as Told,
  verdict: JSON.parse(String(row['verdict'])) as Verdict,
  treatments: JSON.parse(String(row['treatments'])) as Incident['treatments'],
});
