/** Maintenance that operators have planned ahead: once, or every week at the same local time. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { firstMomentOf, localTimeOf, type LocalTime } from '../base/local-time.ts';

export interface PlannedMaintenance {
  readonly id: number;
  /** null: of all gateways. */
  readonly gateway: string | null;
  /** The operator's name. */
  readonly by: string;
  readonly at: number;
  /** Its first beginning, milliseconds since the epoch. */
  readonly startsAt: number;
  /** The day and time of its first beginning as clocks would show them; a weekly one begins there every week. */
  readonly localStart: LocalTime;
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

/** @returns the occurrence that `now` lies in, else the next one; null: it is over. */
export const occurrenceAt = (
  { startsAt, localStart, durationMs, weekly, skippedUntil }: Omit<PlannedMaintenance, 'id'>,
  now: number,
): Occurrence | null => {
  const weeksGone = weekly ? Math.max(0, Math.floor((now - startsAt) / (WEEK_DAYS * 86_400_000)) - 1) : 0;
  for (let week = weeksGone; week <= weeksGone + (weekly ? 3 : 0); week += 1) {
    const from = weekly ? firstMomentOf({ ...localStart, day: localStart.day + week * WEEK_DAYS }) : startsAt;
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
    'INSERT INTO planned_maintenance (gateway, by, at, starts_at, duration_ms, weekly, local_start) VALUES (?, ?, ?, ?, ?, ?, ?)',
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
      const { gateway, by, at, startsAt, localStart, durationMs, weekly } = plan;
      const local = localText(localStart);
      const id = Number(insert.run(gateway, by, at, startsAt, durationMs, weekly ? 1 : 0, local).lastInsertRowid);
      return { gateway, by, at, startsAt, localStart, durationMs, weekly, id, skippedUntil: null };
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

const two = (number: number): string => String(number).padStart(2, '0');

const localText = ({ year, month, day, minuteOfDay }: LocalTime): string =>
  `${year}-${two(month + 1)}-${two(day)}T${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;

const parseLocal = (value: SQLOutputValue | undefined): LocalTime | null => {
  const [, year, month, day, hours, minutes] =
    (typeof value === 'string' && /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/.exec(value)) || [];
  if (year === undefined) return null;
  return {
    year: Number(year),
    month: Number(month) - 1,
    day: Number(day),
    minuteOfDay: Number(hours) * 60 + Number(minutes),
  };
};

const toPlan = (row: Record<string, SQLOutputValue>): PlannedMaintenance => ({
  id: Number(row['id']),
  gateway: row['gateway'] === null ? null : String(row['gateway']),
  by: String(row['by']),
  at: Number(row['at']),
  startsAt: Number(row['starts_at']),
  localStart: parseLocal(row['local_start']) ?? localTimeOf(Number(row['starts_at'])),
  durationMs: Number(row['duration_ms']),
  weekly: row['weekly'] === 1,
  skippedUntil: row['skipped_until'] === null ? null : Number(row['skipped_until']),
});
