/**
 * Lifeline's own restarts, kept in SQLite. A row is written before the restart is carried out, so that one
 * that was cut short by a crash still counts against the budget.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { TreatmentResult } from './decision.ts';

export interface RestartLedger {
  /** @returns the id of the new row, for `finish`. */
  begin(gateway: string, remedy: 'start' | 'restart', requestedBy: string, at: number): number;
  finish(id: number, result: TreatmentResult): void;
  /** Closes one that a crash or an end of Lifeline cut short. */
  abandon(id: number, at: number): void;
  /** When restarts of a gateway that nobody asked for began, at or after `since`, oldest first, milliseconds since the epoch. */
  times(gateway: string, since: number): readonly number[];
  /** Restarts without an outcome; those that this process did not begin were cut short by a crash. */
  unfinished(): readonly UnfinishedRestart[];
}

export interface UnfinishedRestart {
  readonly id: number;
  readonly gateway: string;
  readonly remedy: 'start' | 'restart';
  readonly requestedBy: string;
  readonly at: number;
}

export const createRestartLedger = (db: DatabaseSync): RestartLedger => {
  const insert = db.prepare('INSERT INTO restarts (gateway, remedy, requested_by, at) VALUES (?, ?, ?, ?)');
  const update = db.prepare('UPDATE restarts SET outcome = ?, ended_at = ?, detail = ? WHERE id = ?');
  const since = db.prepare(`SELECT at FROM restarts WHERE gateway = ? AND at >= ? AND requested_by = 'auto' ORDER BY at`);
  const open = db.prepare('SELECT id, gateway, remedy, requested_by AS requestedBy, at FROM restarts WHERE outcome IS NULL ORDER BY id');
  return {
    begin: (gateway, remedy, requestedBy, at) => Number(insert.run(gateway, remedy, requestedBy, at).lastInsertRowid),
    finish: (id, result) => {
      const { before, after, steps, missing, problem } = result;
      update.run(result.outcome, result.endedAt, JSON.stringify({ before, after, steps, missing, problem }), id);
    },
    abandon: (id, at) => {
      update.run('unknown', at, null, id);
    },
    times: (gateway, from) => since.all(gateway, from).map(({ at }) => Number(at)),
    unfinished: () =>
      open.all().map((row) => ({
        id: Number(row['id']),
        gateway: String(row['gateway']),
        remedy: row['remedy'] === 'start' ? 'start' : 'restart',
        requestedBy: String(row['requestedBy']),
        at: Number(row['at']),
      })),
  };
};
