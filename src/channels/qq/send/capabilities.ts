/** What QQ does not take from this bot for the time being. Remembered for a day: consoles change, and so does QQ. */
import { DAY_MS } from '../options.ts';
import type { Memory } from '../memory.ts';

export type Feature =
  | 'markdown'
  | 'keyboard'
  /** Buttons for listed people only. */
  | 'listed_buttons'
  /** Dots within words. */
  | 'dots'
  /** Files. */
  | 'files';

export interface MissingCapabilities {
  has(feature: Feature, now: number): boolean;
  note(feature: Feature, now: number): void;
}

export const createMissingCapabilities = (memory: Memory, app: string): MissingCapabilities => {
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
