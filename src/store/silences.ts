/** Mutes and maintenance windows that operators asked for, planned ones while they last. All end by themselves. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { createPlans, presentOf } from './planned-maintenance.ts';

export interface Silence {
  readonly id: number;
  /** `mute`: nothing is told. `maintenance`: nothing is told, and nothing is healed. */
  readonly kind: 'mute' | 'maintenance';
  /** null: of all gateways. */
  readonly gateway: string | null;
  /** The operator's name. */
  readonly by: string;
  readonly at: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Silences {
  add(silence: Omit<Silence, 'id'>): Silence;
  /** Ends those of this kind that are for exactly this gateway, or exactly for all. @returns how many there were. */
  end(kind: Silence['kind'], gateway: string | null, now: number): number;
  active(now: number): readonly Silence[];
  /** @returns until when this gateway has such a silence, its own or everybody's; null: it has none. */
  until(kind: Silence['kind'], gateway: string, now: number): number | null;
}

/** A clock that was set back must not make a silence of two hours last for days. */
const isActive = ({ at, until }: Silence, now: number): boolean => until > now && at <= now + (until - at);

export const createSilences = (db: DatabaseSync): Silences => {
  const insert = db.prepare('INSERT INTO silences (kind, gateway, by, at, until) VALUES (?, ?, ?, ?, ?)');
  const end = db.prepare(
    'UPDATE silences SET ended_at = ? WHERE kind = ? AND gateway IS ? AND ended_at IS NULL AND until > ?',
  );
  const select = db.prepare('SELECT * FROM silences WHERE ended_at IS NULL AND until > ? ORDER BY id');
  const plans = createPlans(db);
  const planned = (now: number): readonly Silence[] =>
    plans.pending(now).flatMap((plan): Silence[] => {
      const present = presentOf(plan, now);
      if (present === null) return [];
      const { id, gateway, by } = plan;
      // Told from silences without a plan by its sign.
      return [{ id: -id, kind: 'maintenance', gateway, by, at: present.from, until: present.until }];
    });
  const active = (now: number): readonly Silence[] => [
    ...select
      .all(now)
      .map(toSilence)
      .filter((silence) => isActive(silence, now)),
    ...planned(now),
  ];
  return {
    add: (silence) => {
      const { kind, gateway, by, at, until } = silence;
      return { ...silence, id: Number(insert.run(kind, gateway, by, at, until).lastInsertRowid) };
    },
    end: (kind, gateway, now) =>
      Number(end.run(now, kind, gateway, now).changes) + (kind === 'maintenance' ? plans.endPresent(gateway, now) : 0),
    active,
    until: (kind, gateway, now) => {
      const ends = active(now)
        .filter((silence) => silence.kind === kind && (silence.gateway === null || silence.gateway === gateway))
        .map(({ until }) => until);
      return ends.length ? Math.max(...ends) : null;
    },
  };
};

const toSilence = (row: Record<string, SQLOutputValue>): Silence => ({
  id: Number(row['id']),
  kind: row['kind'] as Silence['kind'],
  gateway: row['gateway'] === null ? null : String(row['gateway']),
  by: String(row['by']),
  at: Number(row['at']),
  until: Number(row['until']),
});
