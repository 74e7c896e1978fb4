/** Remembers for a day which features QQ does not take from this bot: its settings in the console may change. */
import { DAY_MS } from '../options.ts';
import type { TolerantDatabase } from '../tolerant-database.ts';

export type Feature =
  | 'markdown'
  | 'keyboard'
  /** Buttons for listed people only. */
  | 'listed_buttons'
  /** Dots within words. */
  | 'dots'
  | 'files'
  | 'pictures';

export interface MissingCapabilities {
  has(feature: Feature, now: number): boolean;
  note(feature: Feature, now: number): void;
}

export const createMissingCapabilities = (memory: TolerantDatabase, app: string): MissingCapabilities => {
  const select = memory.read('SELECT 1 FROM qq_lacks WHERE app = ? AND feature = ? AND until > ? AND until <= ?');
  const upsert = memory.write(
    'INSERT INTO qq_lacks (app, feature, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until',
  );
  return {
    // The second bound: a clock that was set back must not make a day a year.
    has: (feature, now) => select.get(app, feature, now, now + DAY_MS) !== undefined,
    note: (feature, now) => {
      upsert(app, feature, now + DAY_MS);
    },
  };
};
