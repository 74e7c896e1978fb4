/** Stores when each gateway was really watched, without which nobody can say how much of the time it was well. */
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './transaction.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Watched {
  /** Records that a round looked at this gateway. Kept in memory until `save`. */
  recordRound(gateway: string, at: number): void;
  save(): void;
  /**
   * When it was watched, as far as that touches the window; the earliest first. They may overlap, where a clock was set
   * back.
   */
  spans(gateway: string, window: Span): readonly Span[];
}

/** @param gapMs after so long without a round nobody was watching: Lifeline hung, or the machine slept. */
export const createWatched = (db: DatabaseSync, gapMs: number): Watched => {
  const upsert = db.prepare(
    'INSERT INTO watched (gateway, from_at, to_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET to_at = max(to_at, excluded.to_at)',
  );
  const select = db.prepare(
    'SELECT from_at, to_at FROM watched WHERE gateway = ? AND to_at >= ? AND from_at <= ? ORDER BY from_at',
  );
  /** The span that each gateway's last round extended. A span of an earlier process has ended with that process. */
  const current = new Map<string, Span>();
  const changed = new Map<string, Map<number, number>>();

  return {
    recordRound: (gateway, at) => {
      const before = current.get(gateway);
      const goesOn = before !== undefined && at >= before.to && at - before.to <= gapMs;
      const span: Span = { from: goesOn ? before.from : at, to: at };
      current.set(gateway, span);
      changed.set(gateway, (changed.get(gateway) ?? new Map<number, number>()).set(span.from, span.to));
    },
    save: () => {
      if (changed.size === 0) return;
      transaction(db, () => {
        for (const [gateway, spans] of changed) for (const [from, to] of spans) upsert.run(gateway, from, to);
      });
      changed.clear();
    },
    spans: (gateway, { from, to }) => {
      const stored = select
        .all(gateway, from, to)
        .map((row): Span => ({ from: Number(row['from_at']), to: Number(row['to_at']) }));
      const fresh = [...(changed.get(gateway) ?? [])]
        .map(([begin, end]): Span => ({ from: begin, to: end }))
        .filter((span) => span.to >= from && span.from <= to);
      return [...stored, ...fresh].sort((a, b) => a.from - b.from);
    },
  };
};
