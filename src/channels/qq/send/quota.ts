/**
 * Counts how often the bot may write unasked (docs/facts/qq.md 0): over sliding windows, because nobody knows where
 * QQ's own windows begin, and on the disk, because a restart does not give a new quota.
 */
import { DAY_MS } from '../options.ts';
import type { TolerantDatabase } from '../tolerant-database.ts';

export interface Quota {
  /** How long until one more push to this person fits; 0: now. */
  waitMs(user: string, now: number): number;
  /** Counts one, from before it goes out: it may be the last thing that Lifeline does. */
  take(user: string, now: number): CountedPush;
}

export interface CountedPush {
  /** QQ counts it from when it arrived, which was at some time before its answer came. */
  answered(now: number): void;
  /** QQ refused it, and so does not count it. */
  giveBack(): void;
}

interface Window {
  readonly of: 'user' | 'bot';
  readonly limit: number;
  readonly ms: number;
}

const MINUTE_MS = 60_000;
const USER: readonly Window[] = [
  { of: 'user', limit: 20, ms: MINUTE_MS },
  { of: 'user', limit: 1_000, ms: DAY_MS },
];
const UNVERIFIED: readonly Window[] = [
  { of: 'bot', limit: 5, ms: 1_000 },
  { of: 'bot', limit: 30, ms: MINUTE_MS },
];
const VERIFIED: readonly Window[] = [{ of: 'bot', limit: 10, ms: 1_000 }];

/** @param verified whether QQ has verified who stands behind the bot. */
export const createQuota = (memory: TolerantDatabase, app: string, verified: boolean): Quota => {
  const windows = [...USER, ...(verified ? VERIFIED : UNVERIFIED)];
  const insert = memory.write('INSERT INTO qq_pushes (app, user, at) VALUES (?, ?, ?)');
  const move = memory.write('UPDATE qq_pushes SET at = ? WHERE id = ?');
  const remove = memory.write('DELETE FROM qq_pushes WHERE id = ?');
  // Entries from the future come from a clock that was set back.
  const prune = memory.write('DELETE FROM qq_pushes WHERE app = ? AND (at <= ? OR at > ?)');
  /** The push that must leave a window before one more fits. */
  const blocking = {
    user: memory.read(
      'SELECT at FROM qq_pushes WHERE app = ? AND at > ? AND user = ? ORDER BY at DESC LIMIT 1 OFFSET ?',
    ),
    bot: memory.read(
      'SELECT at FROM qq_pushes WHERE app = ? AND at > ? AND ? IS NOT NULL ORDER BY at DESC LIMIT 1 OFFSET ?',
    ),
  };
  return {
    waitMs: (user, now) => {
      prune(app, now - DAY_MS, now);
      const waits = windows.map(({ of, limit, ms }) => {
        const row = blocking[of].get(app, now - ms, user, limit - 1);
        return row ? Number(row['at']) + ms - now : 0;
      });
      return Math.max(...waits);
    },
    take: (user, now) => {
      const { row } = insert(app, user, now);
      return { answered: (at) => void move(at, row), giveBack: () => void remove(row) };
    },
  };
};
