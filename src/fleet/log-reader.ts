/** Keeps a copy of the store of the hub that holds the lease, from its log. */
import { rmSync, writeFileSync } from 'node:fs';
import { constants, DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { errorText } from '../base/errors.ts';
import { versionOf } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import type { LogEntry } from './log-stream.ts';

export interface StoreCopy {
  /** The last entry that is in the copy; 0: none. */
  readonly last: number;
  /** The layout of the copy; null: the log has no store yet. */
  readonly layout: number | null;
  /** Takes in one entry. @throws LogUnreadable when the copy cannot be continued; it is to be begun anew. */
  take(entry: LogEntry): void;
  /** Closes the file, for whoever opens it as its own. */
  close(): void;
}

/** `newer`: a newer Lifeline holds the lease, and this one cannot follow. */
export class LogUnreadable extends Error {
  override readonly name = 'LogUnreadable';
  readonly why: 'newer' | 'damaged';
  constructor(why: LogUnreadable['why'], message: string) {
    super(message);
    this.why = why;
  }
}

/** No store is larger when it is not compressed: `retention.ts` keeps it below. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** @param path where the copy is; what lies there is removed. */
export const createStoreCopy = (path: string): StoreCopy => {
  let db: DatabaseSync | null = null;
  let last = 0;
  let parts: { readonly of: number; readonly bytes: Uint8Array[] } | null = null;

  const close = (): void => {
    db?.close();
    db = null;
  };
  const remove = (): void => {
    close();
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
  };

  const load = (bytes: Uint8Array): void => {
    remove();
    try {
      writeFileSync(path, gunzipSync(bytes, { maxOutputLength: MOST_BYTES }), { mode: 0o600 });
      // A changeset has what a cascade has deleted, too.
      db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
      // The log can always give it again.
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    } catch (error) {
      remove();
      throw new LogUnreadable('damaged', `a snapshot in the log cannot be read: ${errorText(error)}`);
    }
    const layout = versionOf(db);
    if (layout > MIGRATIONS.length)
      throw new LogUnreadable(
        'newer',
        `the store in the log has layout ${layout}; this Lifeline knows ${MIGRATIONS.length}`,
      );
  };

  const apply = (bytes: Uint8Array, layout: number): void => {
    // Changes before the first snapshot belong to a store that was forgotten.
    if (db === null) return;
    if (layout !== versionOf(db))
      throw new LogUnreadable('damaged', `a change of layout ${layout} in a store of ${versionOf(db)}`);
    let conflicts = 0;
    const applied = db.applyChangeset(bytes, {
      onConflict: () => {
        conflicts += 1;
        return constants.SQLITE_CHANGESET_ABORT;
      },
    });
    if (!applied || conflicts > 0) throw new LogUnreadable('damaged', 'a change in the log does not fit the store');
  };

  remove();
  return {
    get last() {
      return last;
    },
    get layout() {
      return db === null ? null : versionOf(db);
    },
    take: (entry) => {
      if (entry.is === 'change') {
        parts = null;
        apply(entry.bytes, entry.layout);
      } else {
        if (entry.part === 0) parts = { of: entry.parts, bytes: [] };
        // A hub that ended in the middle has left a beginning behind; what is missing here is no whole store.
        if (parts !== null && entry.parts === parts.of && entry.part === parts.bytes.length) {
          parts.bytes.push(entry.bytes);
          if (parts.bytes.length === parts.of) {
            load(Buffer.concat(parts.bytes));
            parts = null;
          }
        } else parts = null;
      }
      last = entry.sequence;
    },
    close,
  };
};
