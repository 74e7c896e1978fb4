/** Maintenance that operators have planned ahead: once, or every week at the same local time. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

export interface PlannedMaintenance {
  readonly id: number;
  /** null: of all gateways. */
  readonly gateway: string | null;
  /** The operator's name. */
  readonly by: string;
  readonly at: number;
  /** Its first beginning, milliseconds since the epoch; a weekly one begins at that local time of that day. */
  readonly startsAt: number;
  readonly durationMs: number;
  readonly weekly: boolean;
  /** An occurrence that had begun before this was ended early; null: none was. */
  readonly skippedUntil: number | null;
}

export interface Occurrence {
  readonly from: number;
  readonly until: number;
}

export interface Plans {
  add(plan: Omit<PlannedMaintenance, 'id' | 'skippedUntil'>): PlannedMaintenance;
  /** Those that are in progress or still to come, the next first. */
  pending(now: number): readonly PlannedMaintenance[];
  /** @returns whether there was such a plan. */
  cancel(id: number, now: number): boolean;
  /** Ends what is in progress; a weekly plan goes on next week. @returns how many there were. */
  endPresent(gateway: string | null, now: number): number;
}

const WEEK_DAYS = 7;

/** The same local time so many days later: a day has 23 or 25 hours twice a year. */
const daysLater = (at: number, days: number): number => {
  const date = new Date(at);
  date.setDate(date.getDate() + days);
  return date.getTime();
};

/** @returns the occurrence that `now` lies in, else the next one; null: it is over. */
export const occurrenceAt = (
  { startsAt, durationMs, weekly, skippedUntil }: PlannedMaintenance,
  now: number,
): Occurrence | null => {
  const weeksGone = weekly ? Math.max(0, Math.floor((now - startsAt) / (WEEK_DAYS * 86_400_000)) - 1) : 0;
  for (let week = weeksGone; week <= weeksGone + (weekly ? 3 : 0); week += 1) {
    const from = daysLater(startsAt, week * WEEK_DAYS);
    const until = from + durationMs;
    if (until > now && !(skippedUntil !== null && from < skippedUntil)) return { from, until };
  }
  return null;
};

/** @returns the occurrence that `now` lies in; null: there is none. */
export const presentOf = (plan: PlannedMaintenance, now: number): Occurrence | null => {
  const occurrence = occurrenceAt(plan, now);
  return occurrence !== null && occurrence.from <= now ? occurrence : null;
};

export const createPlans = (db: DatabaseSync): Plans => {
  const insert = db.prepare(
    'INSERT INTO planned_maintenance (gateway, by, at, starts_at, duration_ms, weekly) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = db.prepare('SELECT * FROM planned_maintenance WHERE ended_at IS NULL ORDER BY id');
  const end = db.prepare('UPDATE planned_maintenance SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const skip = db.prepare('UPDATE planned_maintenance SET skipped_until = ? WHERE id = ?');
  const pending = (now: number): readonly PlannedMaintenance[] =>
    select
      .all()
      .map(toPlan)
      .flatMap((plan) => {
        const occurrence = occurrenceAt(plan, now);
        return occurrence === null ? [] : [{ plan, from: occurrence.from }];
      })
      .sort((a, b) => a.from - b.from)
      .map(({ plan }) => plan);
  return {
    add: (plan) => {
      const { gateway, by, at, startsAt, durationMs, weekly } = plan;
      const id = Number(insert.run(gateway, by, at, startsAt, durationMs, weekly ? 1 : 0).lastInsertRowid);
      return { ...plan, id, skippedUntil: null };
    },
    pending,
    cancel: (id, now) => pending(now).some((plan) => plan.id === id) && end.run(now, id).changes === 1,
    endPresent: (gateway, now) => {
      const present = pending(now).filter((plan) => plan.gateway === gateway && presentOf(plan, now) !== null);
      for (const { id, weekly } of present) {
        if (weekly) skip.run(now + 1, id);
        else end.run(now, id);
      }
      return present.length;
    },
  };
};

const toPlan = (row: Record<string, SQLOutputValue>): PlannedMaintenance => ({
  id: Number(row['id']),
  gateway: row['gateway'] === null ? null : String(row['gateway']),
  by: String(row['by']),
  at: Number(row['at']),
  startsAt: Number(row['starts_at']),
  durationMs: Number(row['duration_ms']),
  weekly: row['weekly'] === 1,
  skippedUntil: row['skipped_until'] === null ? null : Number(row['skipped_until']),
});
