/** By what a platform names a message of ours when a person's reply quotes it, and what that message was about. */
import type { DatabaseSync } from 'node:sqlite';

export interface Quotes {
  /** Remembers that a message tells of this incident. */
  remember(channel: string, quoteIds: readonly string[], incident: number, at: number): void;
  /**
   * @returns the incidents that the quoted message tells of: none, one, or those of a message that tells of several.
   */
  incidentsOf(channel: string, quoteId: string): readonly number[];
}

export const createQuotes = (db: DatabaseSync): Quotes => {
  const insert = db.prepare(
    'INSERT INTO quotes (channel, quote, incident, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const select = db.prepare('SELECT incident FROM quotes WHERE channel = ? AND quote = ? ORDER BY incident');
  return {
    remember: (channel, quoteIds, incident, at) => {
      for (const quote of quoteIds) insert.run(channel, quote, incident, at);
    },
    incidentsOf: (channel, quoteId) => select.all(channel, quoteId).map(({ incident }) => Number(incident)),
  };
};
