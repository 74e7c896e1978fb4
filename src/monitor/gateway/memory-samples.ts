/** How much memory each gateway held over the last days, so that growth is seen across restarts of Lifeline. */
import type { DatabaseSync } from 'node:sqlite';
import { MOST_SAMPLES, type MemorySample } from '../../diagnosis/memory-growth.ts';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { transaction } from '../../store/transaction.ts';

export interface MemorySamples {
  add(gateway: string, process: ProcessIdentity, sample: MemorySample): void;
  /** Returns the samples of this process, oldest first. */
  of(gateway: string, process: ProcessIdentity): readonly MemorySample[];
}

export const createMemorySamples = (db: DatabaseSync): MemorySamples => {
  const insert = db.prepare(
    'INSERT INTO memory_samples (gateway, at, pid, start_time, bytes) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET pid = excluded.pid, start_time = excluded.start_time, bytes = excluded.bytes',
  );
  const drop = db.prepare(
    `DELETE FROM memory_samples WHERE gateway = ? AND (pid <> ? OR start_time <> ? OR at NOT IN
     (SELECT at FROM memory_samples WHERE gateway = ? ORDER BY at DESC LIMIT ${MOST_SAMPLES}))`,
  );
  const select = db.prepare(
    'SELECT at, bytes FROM memory_samples WHERE gateway = ? AND pid = ? AND start_time = ? ORDER BY at',
  );
  return {
    add: (gateway, { pid, startTime }, { at, bytes }) =>
      transaction(db, () => {
        insert.run(gateway, at, pid, startTime, Math.round(bytes));
        drop.run(gateway, pid, startTime, gateway);
      }),
    of: (gateway, { pid, startTime }) =>
      select
        .all(gateway, pid, startTime)
        .map((row): MemorySample => ({ at: Number(row['at']), bytes: Number(row['bytes']) })),
  };
};
