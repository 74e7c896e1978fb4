/** What the channel keeps on the disk: how many calls it made this month, and which chats are groups. */
import type { DatabaseSync } from 'node:sqlite';

export type ChatKind = 'direct' | 'group';

export interface FeishuMemory {
  countCall(now: number): void;
  callsIn(now: number): number;
  rememberChat(chatId: string, kind: ChatKind): void;
  /** Null: never seen. */
  chatKind(chatId: string): ChatKind | null;
}

/** The quota's month is China's, eight hours ahead of UTC the whole year. */
const monthOf = (now: number): string => new Date(now + 8 * 3_600_000).toISOString().slice(0, 7);

export const createFeishuMemory = (db: DatabaseSync, appId: string): FeishuMemory => {
  const add = db.prepare('INSERT INTO feishu_calls (app, month, calls) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1 RETURNING calls');
  const read = db.prepare('SELECT calls FROM feishu_calls WHERE app = ? AND month = ?');
  const insert = db.prepare('INSERT INTO feishu_chats (app, chat, kind) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind');
  const find = db.prepare('SELECT kind FROM feishu_chats WHERE app = ? AND chat = ?');
  /** In front of the database: most messages go to a chat that is known. */
  const chats = new Map<string, ChatKind>();
  /** So that asking for the status never touches the disk. */
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
    rememberChat: (chatId, kind) => {
      if (chats.get(chatId) === kind) return;
      insert.run(appId, chatId, kind);
      chats.set(chatId, kind);
    },
    chatKind: (chatId) => chats.get(chatId) ?? ((find.get(appId, chatId)?.['kind'] as ChatKind | undefined) ?? null),
  };
};
