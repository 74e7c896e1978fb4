/** Which inbound messages were taken already. Platforms deliver again for up to seven hours (facts/feishu.md). */
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './transaction.ts';

const KEPT_MS = 8 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface Seen {
  /**
   * @param at Lifeline's own time, not the sender's: what is 8 days older is forgotten.
   * @returns true exactly once for each id of a channel. That is on the disk before this returns.
   */
  first(channel: string, id: string, at: number): boolean;
}

export const createSeen = (db: DatabaseSync): Seen => {
  const insert = db.prepare('INSERT INTO seen (channel, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const prune = db.prepare('DELETE FROM seen WHERE at < ?');
  let prunedAt = -Infinity;
  return {
    first: (channel, id, at) =>
      transaction(db, () => {
        if (at - prunedAt >= PRUNE_EVERY_MS) {
          prune.run(at - KEPT_MS);
          prunedAt = at;
        }
        return insert.run(channel, id, at).changes === 1;
      }),
  };
};
