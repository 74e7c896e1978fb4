/**
 * Remembers which inbound messages were processed. Platforms deliver again for up to seven hours
 * (docs/facts/feishu.md).
 */
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './transaction.ts';

const KEPT_MS = 8 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface ProcessedMessages {
  /** Whether `first` was called for this message before. */
  has(channel: string, id: string): boolean;
  /**
   * @param at Lifeline's own time, not the sender's: what is 8 days older is forgotten.
   * @param unfinished the state to be stored until the message is done, for the case that Lifeline ends before.
   * @returns true exactly once for each id of a channel. That is on the disk before this returns.
   */
  first(channel: string, id: string, at: number, unfinished?: string): boolean;
  /** Replaces the stored `unfinished` of a message, unless the message is done. */
  note(channel: string, id: string, unfinished: string): void;
  /** The message counts as one that was never here. */
  forget(channel: string, id: string): void;
  /** Says that a message which began with `unfinished` has had its answer. */
  done(channel: string, id: string): void;
  /** Returns, and forgets, the messages that an ended Lifeline began and did not answer. */
  takeUnfinished(): readonly {
    readonly channel: string;
    readonly id: string;
    readonly at: number;
    readonly unfinished: string;
  }[];
}

export const createProcessedMessages = (db: DatabaseSync): ProcessedMessages => {
  const insert = db.prepare(
    'INSERT INTO seen (channel, id, at, unfinished) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const prune = db.prepare('DELETE FROM seen WHERE at < ?');
  const note = db.prepare('UPDATE seen SET unfinished = ? WHERE channel = ? AND id = ? AND unfinished IS NOT NULL');
  const finish = db.prepare('UPDATE seen SET unfinished = NULL WHERE channel = ? AND id = ?');
  const open = db.prepare('SELECT channel, id, at, unfinished FROM seen WHERE unfinished IS NOT NULL ORDER BY at');
  const select = db.prepare('SELECT 1 FROM seen WHERE channel = ? AND id = ?');
  const remove = db.prepare('DELETE FROM seen WHERE channel = ? AND id = ?');
  let prunedAt = -Infinity;
  return {
    has: (channel, id) => select.get(channel, id) !== undefined,
    first: (channel, id, at, unfinished) =>
      transaction(db, () => {
        if (at - prunedAt >= PRUNE_EVERY_MS) {
          prune.run(at - KEPT_MS);
          prunedAt = at;
        }
        return insert.run(channel, id, at, unfinished ?? null).changes === 1;
      }),
    note: (channel, id, unfinished) => {
      note.run(unfinished, channel, id);
    },
    forget: (channel, id) => {
      remove.run(channel, id);
    },
    done: (channel, id) => {
      finish.run(channel, id);
    },
    takeUnfinished: () =>
      transaction(db, () => {
        const found = open.all().map((row) => ({
          channel: String(row['channel']),
          id: String(row['id']),
          at: Number(row['at']),
          unfinished: String(row['unfinished']),
        }));
        for (const { channel, id } of found) finish.run(channel, id);
        return found;
      }),
  };
};
