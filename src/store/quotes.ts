/** By what a platform names a message of ours when a person's reply quotes it, and what that message was about. */
import type { DatabaseSync } from 'node:sqlite';

export interface Quotes {
  /** @param thread of the outbox: an incident's id above zero. */
  remember(channel: string, quoteIds: readonly string[], thread: number, at: number): void;
  /**
   * @returns the incidents that the quoted message tells of: none, one, or those of a message that tells of several.
   */
  incidentsOf(channel: string, quoteId: string): readonly number[];
}

export const createQuotes = (db: DatabaseSync): Quotes => {
  const insert = db.prepare(
    'INSERT INTO quotes (channel, quote, thread, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const select = db.prepare('SELECT thread FROM quotes WHERE channel = ? AND quote = ? AND thread > 0 ORDER BY thread');
  return {
    remember: (channel, quoteIds, thread, at) => {
      for (const quote of quoteIds) insert.run(channel, quote, thread, at);
    },
    incidentsOf: (channel, quoteId) => select.all(channel, quoteId).map(({ thread }) => Number(thread)),
  };
};
