/** What the diagnosis knew and how far the logs were read, kept over a restart of Lifeline. */
import type { DatabaseSync } from 'node:sqlite';
import type { GatewayState } from '../../diagnosis/state.ts';
import type { LogCursor } from '../../sensors/logs/log-cursor.ts';
import type { LogCursors } from '../../sensors/logs/logs.ts';
import { parseState, STATE_VERSION, stateText } from './state-text.ts';

export interface Recollection {
  readonly state: GatewayState;
  /** Just behind the last line that the state holds. */
  readonly cursors: LogCursors;
  /** As of when. */
  readonly at: number;
}

export interface WatchMemory {
  /** @returns null when nothing is remembered, or nothing that can be used: too old, of another version, damaged. */
  load(gateway: string, now: number): Recollection | null;
  /** Remembers both in one step, so that they agree; does nothing when there is nothing new worth a write. */
  save(gateway: string, at: number, state: GatewayState, cursors: LogCursors): void;
}

const KEPT_MS = 7 * 86_400_000;
/** Lines that changed nothing may be read again after a restart: they change nothing again. */
const CURSORS_ALONE_MS = 30_000;
/** A quiet gateway is still known as of today. */
const REFRESH_MS = 3_600_000;

export const createWatchMemory = (db: DatabaseSync): WatchMemory => {
  const select = db.prepare('SELECT at, version, state, cursors FROM watch_memory WHERE gateway = ?');
  const upsert = db.prepare(
    'INSERT INTO watch_memory (gateway, at, version, state, cursors) VALUES (?, ?, ?, ?, ?) ON CONFLICT (gateway) DO UPDATE SET at = excluded.at, version = excluded.version, state = excluded.state, cursors = excluded.cursors',
  );
  const written = new Map<string, { readonly at: number; readonly state: string; readonly cursors: string }>();

  return {
    load: (gateway, now) => {
      const row = select.get(gateway);
      // A time that is far ahead was written by a clock that was wrong; so is, then, the time of all evidence.
      if (row?.['version'] !== STATE_VERSION || Math.abs(now - Number(row['at'])) > KEPT_MS) return null;
      const state = parseState(String(row['state']));
      const cursors = parseCursors(String(row['cursors']));
      return state && cursors && { state, cursors, at: Number(row['at']) };
    },
    save: (gateway, at, state, cursors) => {
      const next = { at, state: stateText(state), cursors: JSON.stringify(cursors) };
      const last = written.get(gateway);
      const waitMs = last?.cursors === next.cursors ? REFRESH_MS : CURSORS_ALONE_MS;
      if (last?.state === next.state && Math.abs(at - last.at) < waitMs) return;
      upsert.run(gateway, at, STATE_VERSION, next.state, next.cursors);
      written.set(gateway, next);
    },
  };
};

const parseCursors = (text: string): LogCursors | null => {
  try {
    const cursors: unknown = JSON.parse(text);
    return typeof cursors === 'object' && cursors !== null && Object.values(cursors).every(isCursor)
      ? (cursors as LogCursors)
      : null;
  } catch {
    return null;
  }
};

const isCursor = (value: unknown): value is LogCursor => {
  const { inode, offset, mark, modifiedAt } = (value ?? {}) as Partial<Record<keyof LogCursor, unknown>>;
  return (
    typeof inode === 'string' &&
    Number.isSafeInteger(offset) &&
    (offset as number) >= 0 &&
    typeof mark === 'string' &&
    Number.isFinite(modifiedAt)
  );
};
