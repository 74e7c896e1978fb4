/**
 * Lifeline's own treatments, kept in SQLite. Each is written before it is carried out and after each step of it, so
 * that one that was cut short still counts against the budget and can be taken up where it was left.
 */
import type { DatabaseSync } from 'node:sqlite';
import { fromStoredRecord, storedRecord, storedResult } from './stored-treatment.ts';
import type { Treatment, TreatmentRecord, TreatmentResult } from './treatment.ts';

export interface RestartLedger {
  /** @returns the record with the id that it has now. */
  begin(record: Omit<TreatmentRecord, 'id'>): TreatmentRecord;
  save(record: TreatmentRecord): void;
  /** Only the message in which its progress is shown; the treatment goes on meanwhile. */
  shownIn(id: number, progress: NonNullable<TreatmentRecord['progress']>): void;
  finish(id: number, result: TreatmentResult): void;
  /**
   * When treatments of a gateway as a whole that nobody asked for began, at or after `since`, oldest first,
   * milliseconds since the epoch.
   */
  times(gateway: string, since: number): readonly number[];
  /** Those that made it start, whoever asked for them: what the gateway's own brake against respawn storms counts. */
  allTimes(gateway: string, since: number): readonly number[];
  /**
   * When the last treatment of the gateway as a whole began, whoever asked for it, and the last of each link alone;
   * milliseconds since the epoch.
   */
  lastOf(gateway: string): LastTreatments;
  /** When it was ended by force, at or after `since`, milliseconds since the epoch. */
  kills(gateway: string, since: number): readonly number[];
  /** Treatments without an outcome; those that this process did not begin were cut short by a crash or an end. */
  unfinished(): readonly TreatmentRecord[];
  /** Whether this message led to a treatment. */
  askedBy(channel: string, id: string): boolean;
  /** Who had it stopped, when that was the last thing that was done to it; null otherwise. */
  stoppedBy(gateway: string): string | null;
}

export interface LastTreatments {
  readonly gateway: number | null;
  readonly links: ReadonlyMap<string, number>;
}

/** Treatments that make the gateway start. */
const STARTS = `remedy IN ('start', 'restart', 'end_process')`;

export const createRestartLedger = (db: DatabaseSync): RestartLedger => {
  const insert = db.prepare('INSERT INTO restarts (gateway, remedy, requested_by, at, record) VALUES (?, ?, ?, ?, ?)');
  const update = db.prepare('UPDATE restarts SET record = ? WHERE id = ? AND outcome IS NULL');
  const show = db.prepare('UPDATE restarts SET progress = ? WHERE id = ?');
  const end = db.prepare('UPDATE restarts SET outcome = ?, ended_at = ?, detail = ? WHERE id = ?');
  const own = db.prepare(
    `SELECT at FROM restarts WHERE gateway = ? AND at >= ? AND requested_by = 'auto' AND remedy <> 'restart_link' ORDER BY at`,
  );
  const lastWhole = db.prepare(`SELECT max(at) AS at FROM restarts WHERE gateway = ? AND ${STARTS}`);
  const lastLinks = db.prepare(
    `SELECT link.value AS link, max(at) AS at FROM restarts, json_each(restarts.record, '$.links') AS link WHERE gateway = ? AND remedy = 'restart_link' GROUP BY link.value`,
  );
  const all = db.prepare(`SELECT at FROM restarts WHERE gateway = ? AND at >= ? AND ${STARTS} ORDER BY at`);
  const killed = db.prepare(
    `SELECT step.value ->> 'at' AS at FROM restarts, json_each(restarts.record, '$.steps') AS step WHERE gateway = ? AND remedy <> 'end_process' AND step.value ->> 'action' = 'sigkill' AND step.value ->> 'at' >= ? ORDER BY 1`,
  );
  const open = db.prepare('SELECT * FROM restarts WHERE outcome IS NULL ORDER BY id');
  const asked = db.prepare(
    `SELECT 1 FROM restarts WHERE json_extract(record, '$.answer.channel') = ? AND json_extract(record, '$.answer.id') = ?`,
  );
  const latest = db.prepare(
    `SELECT remedy, outcome, requested_by FROM restarts WHERE gateway = ? AND remedy NOT IN ('end_process', 'restart_link') ORDER BY id DESC LIMIT 1`,
  );
  return {
    begin: (record) => {
      const { gateway, remedy, requestedBy, at } = record;
      return {
        ...record,
        id: Number(insert.run(gateway, remedy, requestedBy, at, JSON.stringify(storedRecord(record))).lastInsertRowid),
      };
    },
    save: (record) => {
      update.run(JSON.stringify(storedRecord(record)), record.id);
    },
    shownIn: (id, progress) => {
      show.run(JSON.stringify(progress), id);
    },
    finish: (id, result) => {
      const { before, after, rungs, steps, missing, problem } = storedResult(result);
      end.run(result.outcome, result.endedAt, JSON.stringify({ before, after, rungs, steps, missing, problem }), id);
    },
    times: (gateway, from) => own.all(gateway, from).map(({ at }) => Number(at)),
    allTimes: (gateway, from) => all.all(gateway, from).map(({ at }) => Number(at)),
    lastOf: (gateway) => {
      const at = lastWhole.get(gateway)?.['at'] ?? null;
      return {
        gateway: at === null ? null : Number(at),
        links: new Map(lastLinks.all(gateway).map((row) => [String(row['link']), Number(row['at'])])),
      };
    },
    kills: (gateway, from) => killed.all(gateway, from).map(({ at }) => Number(at)),
    unfinished: () =>
      open.all().map((row) => ({
        ...fromStoredRecord(JSON.parse(String(row['record']))),
        id: Number(row['id']),
        gateway: String(row['gateway']),
        remedy: row['remedy'] as Treatment,
        requestedBy: String(row['requested_by']),
        at: Number(row['at']),
        progress:
          row['progress'] === null ? null : (JSON.parse(String(row['progress'])) as TreatmentRecord['progress']),
      })),
    askedBy: (channel, id) => asked.get(channel, id) !== undefined,
    stoppedBy: (gateway) => {
      const row = latest.get(gateway);
      // Who wanted it started since then wants it up, even where the start failed.
      return row?.['remedy'] === 'stop' && row['outcome'] === 'recovered' ? String(row['requested_by']) : null;
    },
  };
};
