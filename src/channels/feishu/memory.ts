/** Stores how many calls the channel made this month, and in which groups somebody spoke to the bot. */
import type { DatabaseSync } from 'node:sqlite';
import { createRecentMap } from '../../base/recent-map.ts';

export interface FeishuMemory {
  countCall(now: number): void;
  callsIn(now: number): number;
  rememberGroup(chatId: string): void;
  /** Whether a chat is a stored group. Never reads the disk: a stranger may name any chat. */
  isGroup(chatId: string): boolean;
}

/** More than any operators talk to it in. */
const MOST_GROUPS = 1_000;

/** The quota's month is China's, eight hours ahead of UTC the whole year. */
const monthOf = (now: number): string => new Date(now + 8 * 3_600_000).toISOString().slice(0, 7);

export const createFeishuMemory = (db: DatabaseSync, appId: string): FeishuMemory => {
  const add = db.prepare(
    'INSERT INTO feishu_calls (app, month, calls) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1 RETURNING calls',
  );
  const read = db.prepare('SELECT calls FROM feishu_calls WHERE app = ? AND month = ?');
  const insert = db.prepare(
    "INSERT INTO feishu_chats (app, chat, kind) VALUES (?, ?, 'group') ON CONFLICT DO UPDATE SET kind = excluded.kind",
  );
  const groups = createRecentMap<true>(MOST_GROUPS);
  for (const row of db
    .prepare("SELECT chat FROM feishu_chats WHERE app = ? AND kind = 'group' LIMIT ?")
    .all(appId, MOST_GROUPS))
    groups.set(String(row['chat']), true);
  /** Kept in memory, so that the status can be read without the disk. */
  let current: { month: string; calls: number } | null = null;

  const load = (month: string): { month: string; calls: number } => {
    if (current?.month !== month) current = { month, calls: Number(read.get(appId, month)?.['calls'] ?? 0) };
    return current;
  };
  return {
    countCall: (now) => {
      const month = monthOf(now);
      current = { month, calls: Number(add.get(appId, month)?.['calls']) };
    },
    callsIn: (now) => load(monthOf(now)).calls,
    rememberGroup: (chatId) => {
      if (groups.get(chatId)) return;
      insert.run(appId, chatId);
      groups.set(chatId, true);
    },
    isGroup: (chatId) => groups.get(chatId) ?? false,
  };
};
