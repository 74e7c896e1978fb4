/** The incidents on the disk, so that they outlive Lifeline's own restart. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { troublesOf, type Verdict } from '../diagnosis/verdict.ts';
import { fromStoredResult, storedResult, type StoredResult } from '../healing/stored-treatment.ts';
import { transaction } from '../store/transaction.ts';
import type { Incident, Severity, LastTold } from './incident.ts';

export interface IncidentBook {
  /** The open incidents, the oldest first. */
  open(): readonly Incident[];
  /** Those that were closed then or later, the oldest end first. */
  closedSince(at: number): readonly Incident[];
  /** The last `count` incidents, open or closed, the newest first. */
  recent(count: number): readonly Incident[];
  /** All that opened then or later or were still open then, the newest first. */
  since(at: number): readonly Incident[];
  get(id: number): Incident | null;
  /** The id of the next incident that opens. */
  nextId(): number;
  /** Stores new and changed ones, in this order; all or none. */
  save(incidents: readonly Incident[]): void;
}

/**
 * @param onUnreadable hears of an incident that cannot be read: it is as if it were not there, so that it is in
 * nobody's way.
 */
export const createIncidentBook = (
  db: DatabaseSync,
  onUnreadable: (gateway: string, error: unknown) => void = () => undefined,
): IncidentBook => {
  const selectOpen = db.prepare('SELECT * FROM incidents WHERE closed_at IS NULL ORDER BY id');
  const selectClosed = db.prepare('SELECT * FROM incidents WHERE closed_at >= ? ORDER BY closed_at, id');
  const selectRecent = db.prepare('SELECT * FROM incidents ORDER BY id DESC LIMIT ?');
  const selectSince = db.prepare(
    'SELECT * FROM incidents WHERE closed_at IS NULL OR closed_at >= :at OR opened_at >= :at ORDER BY id DESC',
  );
  const select = db.prepare('SELECT * FROM incidents WHERE id = ?');
  const selectNext = db.prepare('SELECT ifnull(max(id), 0) + 1 AS next FROM incidents');
  const upsert = db.prepare(`
    INSERT INTO incidents (id, gateway, link, opened_at, since, closed_at, well_since, told, told_at, verdict, severity, outages, acknowledged, treatments, timeline, told_troubles, out_spans)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET since = excluded.since, closed_at = excluded.closed_at, well_since = excluded.well_since,
      told = excluded.told, told_at = excluded.told_at, verdict = excluded.verdict, severity = excluded.severity, outages = excluded.outages,
      acknowledged = excluded.acknowledged, treatments = excluded.treatments, timeline = excluded.timeline, told_troubles = excluded.told_troubles, out_spans = excluded.out_spans`);
  const setAside = db.prepare('UPDATE incidents SET closed_at = opened_at WHERE id = ? AND closed_at IS NULL');
  const read = (row: Row): readonly Incident[] => {
    try {
      return [toIncident(row)];
    } catch (error) {
      onUnreadable(String(row['gateway']), error);
      return [];
    }
  };
  const readOpen = (row: Row): readonly Incident[] => {
    const found = read(row);
    // A gateway has at most one open incident about each link or itself: an unreadable one would take the place of the
    // next.
    if (found.length === 0) setAside.run(Number(row['id']));
    return found;
  };
  return {
    open: () => selectOpen.all().flatMap(readOpen),
    closedSince: (at) => selectClosed.all(at).flatMap(read),
    recent: (count) => selectRecent.all(count).flatMap(read),
    since: (at) => selectSince.all({ at }).flatMap(read),
    get: (id) => {
      const row = select.get(id);
      return row ? (read(row)[0] ?? null) : null;
    },
    nextId: () => Number(selectNext.get()?.['next']),
    save: (incidents) =>
      transaction(db, () => {
        for (const incident of incidents) {
          const {
            id,
            gateway,
            link,
            openedAt,
            since,
            closedAt,
            wellSince,
            told,
            toldAt,
            verdict,
            severity,
            outages,
            acknowledged,
            treatments,
            timeline,
            toldTroubles,
            out,
          } = incident;
          upsert.run(
            ...[
              id,
              gateway,
              link,
              openedAt,
              since,
              closedAt,
              wellSince,
              told,
              toldAt,
              JSON.stringify(verdict),
              severity,
              outages,
            ],
            ...[
              acknowledged && JSON.stringify(acknowledged),
              JSON.stringify(treatments.map(storedResult)),
              JSON.stringify(timeline),
              JSON.stringify(toldTroubles),
              out && JSON.stringify(out),
            ],
          );
        }
      }),
  };
};

/** An earlier Lifeline did not write down which troubles it had told: the last one counts as told. */
const toldBefore = (verdict: Verdict, told: LastTold, toldAt: number | null): Incident['toldTroubles'] =>
  toldAt === null
    ? []
    : troublesOf(verdict).map((trouble) => ({
        trouble,
        theirs: told === 'asked' || told === 'out_of_budget',
        ringsAt: toldAt,
      }));

type Row = Record<string, SQLOutputValue>;

const toIncident = (row: Row): Incident => {
  const verdict = JSON.parse(String(row['verdict'])) as Verdict;
  const timeOrNull = (column: string): number | null => (row[column] === null ? null : Number(row[column]));
  return {
    id: Number(row['id']),
    gateway: String(row['gateway']),
    link: row['link'] === null ? null : String(row['link']),
    openedAt: Number(row['opened_at']),
    since: Number(row['since']),
    closedAt: timeOrNull('closed_at'),
    verdict,
    severity: row['severity'] as Severity,
    wellSince: timeOrNull('well_since'),
    out: row['out_spans'] === null ? null : (JSON.parse(String(row['out_spans'])) as Incident['out']),
    outages: Number(row['outages']),
    told: row['told'] as LastTold,
    toldAt: timeOrNull('told_at'),
    toldTroubles:
      row['told_troubles'] === null
        ? toldBefore(verdict, row['told'] as LastTold, timeOrNull('told_at'))
        : (JSON.parse(String(row['told_troubles'])) as Incident['toldTroubles']),
    acknowledged: JSON.parse(String(row['acknowledged'])) as Incident['acknowledged'],
    treatments: (JSON.parse(String(row['treatments'])) as readonly StoredResult[]).map(fromStoredResult),
    timeline: JSON.parse(String(row['timeline'])) as Incident['timeline'],
  };
};
