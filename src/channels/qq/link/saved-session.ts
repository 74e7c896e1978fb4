/**
 * The gateway session on the disk, so that a quick restart of Lifeline resumes it and misses nothing (docs/facts/qq.md
 * 2.5).
 */
import type { Clock } from '../../../base/clock.ts';
import type { TolerantDatabase } from '../tolerant-database.ts';
import type { Resumable } from './session.ts';

export interface SavedSession {
  /** @returns what an earlier run left, when that was a short time ago. */
  load(): Resumable | null;
  /** The session as it is now. */
  note(session: Resumable | null): void;
  /** The connection is alive. */
  alive(): void;
  stop(): void;
}

/** QQ keeps what was missed for "a short time". */
const QUICK_MS = 10 * 60_000;
const ALIVE_EVERY_MS = 5 * 60_000;
/**
 * An event is on its way through the command bus when its number is known here. The number is stored a little later:
 * should Lifeline die in between, the event comes again, and the bus knows whether it was taken.
 */
const SETTLE_MS = 1_000;

export const createSavedSession = (memory: TolerantDatabase, app: string, clock: Clock): SavedSession => {
  const select = memory.read('SELECT * FROM qq_sessions WHERE app = ?');
  const upsert = memory.write(`
    INSERT INTO qq_sessions (app, session, seq, opened_at, alive_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET session = excluded.session, seq = excluded.seq, opened_at = excluded.opened_at, alive_at = excluded.alive_at`);
  const touch = memory.write('UPDATE qq_sessions SET alive_at = ? WHERE app = ?');
  const remove = memory.write('DELETE FROM qq_sessions WHERE app = ?');
  let latest: Resumable | null = null;
  let stored: Resumable | null = null;
  let aliveAt = -Infinity;
  let cancel: (() => void) | null = null;

  const store = (session: Resumable): void => {
    stored = session;
    aliveAt = clock.now();
    upsert(app, session.sessionId, session.seq, session.openedAt, aliveAt);
  };
  const storeLater = (session: Resumable): void => {
    cancel = clock.timer(SETTLE_MS, () => {
      cancel = null;
      store(session);
      if (latest && latest.seq > session.seq) storeLater(latest);
    });
  };

  return {
    load: () => {
      const row = select.get(app);
      if (!row || Math.abs(clock.now() - Number(row['alive_at'])) > QUICK_MS) return null;
      stored = {
        sessionId: String(row['session']),
        seq: Number(row['seq']),
        openedAt: Number(row['opened_at']),
        heardAt: clock.now(),
      };
      latest = stored;
      return stored;
    },
    note: (session) => {
      latest = session;
      if (session?.sessionId !== stored?.sessionId) {
        cancel?.();
        cancel = null;
        if (session) store(session);
        else {
          stored = null;
          remove(app);
        }
      } else if (session && session.seq !== stored?.seq && !cancel) storeLater(session);
    },
    alive: () => {
      if (stored && Math.abs(clock.now() - aliveAt) >= ALIVE_EVERY_MS) {
        aliveAt = clock.now();
        touch(aliveAt, app);
      }
    },
    stop: () => {
      cancel?.();
      if (stored) touch(clock.now(), app);
    },
  };
};
