/**
 * A log file that rotates by itself, for machines without a journal. While its disk is full or missing, the lines go to
 * stderr, one line says so, and the file is tried again from time to time.
 */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { errorText } from './errors.ts';
import { OWN_FILES, seeForeignNow } from './open-foreign.ts';
import { fileRefusalOf } from './refused-file.ts';
import type { LogTarget } from './logger.ts';

export interface OwnLogFile extends LogTarget {
  /** Resolves when all that was written is on the disk or on the fallback. Never rejects. */
  close(): Promise<void>;
}

export interface LogFileOptions {
  readonly fallback: LogTarget;
  /** A file that has grown this big is put aside as `NAME.1`, that one as `NAME.2`, and so on. */
  readonly size?: `${number}${'B' | 'K' | 'M'}`;
  /** How many are kept beside the one that is written. */
  readonly keep?: number;
  /** After a failure the file is tried again with the next line that comes this much later. */
  readonly retryMs?: number;
  readonly now?: () => number;
}

/** Log lines can name people: nobody else reads them. */
const MODE = 0o600;
/** A disk that hangs takes no line and gives no error. */
const STALLED_MS = 10_000;
/** Lines that wait for the disk; what is more goes to the fallback, so that they take no memory. */
const MOST_WAITING = 10_000;
const CLOSE_MS = 1_000;

export const openLogFile = (
  path: string,
  { fallback, size = '10M', keep = 4, retryMs = 60_000, now = () => performance.now() }: LogFileOptions,
): OwnLogFile => {
  let stream: RotatingFileStream | null = null;
  /** The lines that may not be on the disk yet. */
  let waiting: { readonly line: string; readonly at: number }[] = [];
  let failedAt = -Infinity;
  let told = false;

  const open = (): RotatingFileStream | null => {
    let place: string;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // Where others may make files, what lies there could lead anywhere.
      place = claim(path);
    } catch (error) {
      fail(null, error);
      return null;
    }
    const name = basename(place);
    const opened = createStream((index) => (typeof index === 'number' ? `${name}.${index}` : name), {
      path: `${dirname(place)}${sep}`,
      size,
      rotate: keep,
      mode: MODE,
    });
    opened.on('open', () => {
      try {
        // An older log file may have been readable by others.
        chmodSync(path, MODE);
      } catch {
        // Not ours: then it is its owner's choice.
      }
    });
    opened.on('error', (error) => fail(opened, error));
    return opened;
  };

  const fail = (which: RotatingFileStream | null, error: unknown): void => {
    if (stream !== which) return;
    stream = null;
    failedAt = now();
    if (!told)
      fallback.write(
        `${JSON.stringify({ level: 50, time: new Date().toISOString(), path, error: errorText(error), msg: 'the log file cannot be written; the log goes to stderr until it can' })}\n`,
      );
    told = true;
    const left = waiting;
    waiting = [];
    for (const { line } of left) fallback.write(line);
  };

  const written = (which: RotatingFileStream, error: Error | null | undefined): void => {
    // The stream tells of the error as well.
    if (error || stream !== which) return;
    waiting.shift();
    told = false;
  };

  return {
    write: (line) => {
      if (stream !== null && now() - (waiting[0]?.at ?? Infinity) > STALLED_MS)
        fail(stream, new Error(`no line was taken within ${STALLED_MS / 1_000} s`));
      if (stream === null && now() - failedAt >= retryMs) stream = open();
      if (stream === null || waiting.length >= MOST_WAITING) return void fallback.write(line);
      const which = stream;
      waiting.push({ line, at: now() });
      which.write(line, (error) => written(which, error));
    },
    close: async () => {
      const which = stream;
      if (which === null) return;
      const closed = new Promise<void>((resolve) => {
        which.once('close', resolve);
        which.end();
      });
      const patience = new AbortController();
      await Promise.race([closed, pause(CLOSE_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
      if (waiting.length > 0) fail(which, new Error('it could not be closed'));
      // From now on lines go to the fallback.
      stream = null;
      failedAt = Infinity;
    },
  };
};

/**
 * Makes the file when it is not there; no other user can put another in its place from then on. @returns where it
 * lies, behind its links. @throws RefusedFile; what the file system says.
 */
const claim = (path: string): string => {
  try {
    // Never through a link.
    closeSync(openSync(path, 'ax', MODE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    return seeForeignNow(path, OWN_FILES).path;
  } catch (error) {
    const refusal = fileRefusalOf(error);
    // All that leads to it is in order.
    if (refusal?.why !== 'writable' || refusal.kind !== 'file') throw error;
    chmodSync(refusal.path, MODE);
    return seeForeignNow(path, OWN_FILES).path;
  }
};
