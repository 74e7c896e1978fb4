/**
 * Reply windows: QQ lets a bot write freely only as an answer to a message or an event, for an hour (docs/facts/qq.md
 * 4.2). Kept on the disk, because an alert after a restart may need one from before.
 */
import type { SQLOutputValue } from 'node:sqlite';
import type { TolerantDatabase } from '../tolerant-database.ts';

export interface ReplyWindow {
  /** `msg_id` of a message, `event_id` of an event. */
  readonly id: string;
  readonly kind: 'message' | 'event';
  /** The id under which the command bus knows a tap; null for others. */
  readonly innerId: string | null;
  readonly at: number;
  readonly used: number;
  readonly closed: boolean;
}

export interface SeenReplyWindow {
  readonly id: string;
  readonly kind: ReplyWindow['kind'];
  readonly chat: Chat;
  readonly innerId?: string;
  /** When it came to be, by the platform's clock. */
  readonly at: number;
}

export type Chat = `user:${string}` | `group:${string}`;
export const chatOf = ({ user, group }: { readonly user: string; readonly group?: string | undefined }): Chat =>
  group === undefined ? `user:${user}` : `group:${group}`;

export const REPLY_WINDOW_MS = 60 * 60_000;
/** Long enough to recognise an event that comes again after a Resume. */
const KEPT_MS = 24 * 3_600_000;
/** Looking for what is old takes the longer the more there is: not for each message of a flood. */
const PRUNE_EVERY_MS = 3_600_000;

export interface ReplyWindows {
  /** @returns false when it is known already: the platform delivers at least once. */
  add(seen: SeenReplyWindow, now: number): boolean;
  /** Returns the windows of a chat that are not older than an hour, the newest first. */
  of(chat: Chat, now: number): readonly ReplyWindow[];
  /** The one that the command bus knows by this id. */
  find(chat: Chat, id: string): ReplyWindow | null;
  use(id: string): void;
  close(id: string): void;
}

type Row = Record<string, SQLOutputValue>;

const toReplyWindow = (row: Row): ReplyWindow => ({
  id: String(row['id']),
  kind: row['kind'] as ReplyWindow['kind'],
  innerId: row['inner_id'] === null ? null : String(row['inner_id']),
  at: Number(row['at']),
  used: Number(row['used']),
  closed: row['dead'] === 1,
});

export const createReplyWindows = (memory: TolerantDatabase, app: string): ReplyWindows => {
  const insert = memory.write(
    'INSERT INTO qq_tickets (app, id, kind, chat, inner_id, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const prune = memory.write('DELETE FROM qq_tickets WHERE app = ? AND at < ?');
  const select = memory.read(
    'SELECT * FROM qq_tickets WHERE app = ? AND chat = ? AND at > ? AND dead = 0 ORDER BY at DESC',
  );
  const find = memory.read('SELECT * FROM qq_tickets WHERE app = ? AND chat = ? AND (id = ? OR inner_id = ?)');
  const use = memory.write('UPDATE qq_tickets SET used = used + 1 WHERE app = ? AND id = ?');
  const close = memory.write('UPDATE qq_tickets SET dead = 1 WHERE app = ? AND id = ?');
  let prunedAt = -Infinity;
  return {
    add: ({ id, kind, chat, innerId, at }, now) => {
      // Also when the clock was set back.
      if (Math.abs(now - prunedAt) >= PRUNE_EVERY_MS) {
        prunedAt = now;
        prune(app, now - KEPT_MS);
      }
      // A clock that is behind the platform's must not make windows that never end.
      return insert(app, id, kind, chat, innerId ?? null, Math.min(at, now)).changes === 1;
    },
    of: (chat, now) => select.all(app, chat, now - REPLY_WINDOW_MS).map(toReplyWindow),
    find: (chat, id) => {
      const row = find.get(app, chat, id, id);
      return row ? toReplyWindow(row) : null;
    },
    use: (id) => {
      use(app, id);
    },
    close: (id) => {
      close(app, id);
    },
  };
};
