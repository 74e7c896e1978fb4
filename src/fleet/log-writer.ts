/**
 * Writes what changes in the store of the hub that holds the lease into the log. Each entry names the one that it must
 * follow, so that two hubs can never write at the same time, whatever their clocks say.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, Session } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { errorText } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { versionOf } from '../store/database.ts';
import { LogTaken, PART_BYTES, type LogStream, type NewEntry } from './log-stream.ts';

export interface LogWriter {
  /** Resolves once everything that the store holds now is in the log. @throws when the log is lost. */
  flush(): Promise<void>;
  /** Writes the whole store, and forgets what came before. */
  snapshot(): Promise<void>;
  stop(): void;
}

export interface LogWriterOptions {
  readonly db: DatabaseSync;
  /** A folder for the copy that a snapshot needs. */
  readonly folder: string;
  readonly stream: LogStream;
  /** The entry that the store stands at. */
  readonly last: number;
  readonly onLost: () => void;
  readonly logger: Logger;
}

/** What nobody waits for is written so often. */
const EVERY_MS = 200;
const RETRY_MS = 500;
/** After so much a follower would read for too long. */
const SNAPSHOT_AFTER = { entries: 4_000, bytes: 16 * 1024 * 1024 };

export const createLogWriter = ({ db, folder, stream, last, onLost, logger }: LogWriterOptions): LogWriter => {
  let at = last;
  let session: Session = db.createSession();
  let queue: Promise<void> = Promise.resolve();
  let stopped = false;
  let lost = false;
  const since = { entries: 0, bytes: 0 };

  const append = async (entry: NewEntry): Promise<void> => {
    const id = randomUUID();
    for (;;) {
      if (lost || stopped) throw new LogTaken('the log is not written by this hub any more');
      try {
        at = await stream.append(entry, at, id);
        return;
      } catch (error) {
        if (error instanceof LogTaken) {
          lost = true;
          onLost();
          throw error;
        }
        logger.warn({ reason: errorText(error) }, 'the log of the hubs could not be written; trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  const enqueue = (entries: readonly NewEntry[], then?: (first: number) => Promise<void>): void => {
    queue = queue.then(async () => {
      const first = at + 1;
      for (const entry of entries) await append(entry);
      await then?.(first);
    });
    // Whoever waits hears of it by `flush`.
    queue.catch(() => undefined);
  };

  /** A transaction is never open between two turns of the event loop, so what is taken here is whole. */
  const take = (): Uint8Array => {
    const bytes = session.changeset();
    session.close();
    session = db.createSession();
    return bytes;
  };

  const capture = (): void => {
    if (stopped || lost || db.isTransaction) return;
    const bytes = take();
    if (bytes.length === 0) return;
    if (bytes.length > PART_BYTES) return putSnapshot();
    since.entries += 1;
    since.bytes += bytes.length;
    enqueue([{ is: 'change', layout: versionOf(db), bytes }]);
    if (since.entries > SNAPSHOT_AFTER.entries || since.bytes > SNAPSHOT_AFTER.bytes) putSnapshot();
  };

  const putSnapshot = (): void => {
    take();
    const copy = join(folder, `snapshot-${randomUUID()}.db`);
    let whole: Buffer;
    try {
      db.prepare('VACUUM INTO ?').run(copy);
      whole = gzipSync(readFileSync(copy));
    } finally {
      rmSync(copy, { force: true });
    }
    const parts = Math.ceil(whole.length / PART_BYTES);
    const layout = versionOf(db);
    const entries = Array.from({ length: parts }, (_, part): NewEntry => ({
      is: 'snapshot',
      layout,
      part,
      parts,
      bytes: whole.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
    }));
    Object.assign(since, { entries: 0, bytes: 0 });
    enqueue(entries, async (first) => {
      try {
        await stream.forgetBefore(first);
      } catch (error) {
        logger.warn({ reason: errorText(error) }, 'the old part of the log could not be removed');
      }
    });
  };

  // What the opening of the store has written is in no change: each writer begins with a whole store.
  putSnapshot();
  const timer = setInterval(capture, EVERY_MS);
  const flush = async (): Promise<void> => {
    capture();
    if (lost || stopped) throw new LogTaken('the log is not written by this hub any more');
    await queue;
  };

  return {
    flush,
    snapshot: () => {
      capture();
      putSnapshot();
      return flush();
    },
    stop: () => {
      clearInterval(timer);
      if (stopped) return;
      stopped = true;
      session.close();
    },
  };
};
