/**
 * Follows one log file by inode: over rotation, truncation, replacement, a file that appears later and restarts of
 * Lifeline; each line is given out once. The first read ever takes only the end of the log, however large it is.
 */
import { errorText } from '../../base/errors.ts';
import type { Trust } from '../../base/file-trust.ts';
import { fileRefusalOf, type Refusal } from '../../base/refused-file.ts';
import { locate, NOTHING_THERE, tailOf, type LogCursor, type LogPlace } from './log-cursor.ts';
import { isMissing, listLogFiles, newestLogFile, type LogFile } from './log-files.ts';
import { openLog, type OpenLog } from './open-log.ts';
import { linesBefore } from './log-sample.ts';

export interface LogFollower {
  /** Gives out the lines written since the last call, oldest first; never throws for a missing or unreadable file. */
  each(take: (line: string) => void): Promise<void>;
  /** Returns the new lines as one list. */
  read(): Promise<string[]>;
  /** Where the next read goes on, for a follower after a restart; null before the first read. */
  cursor(): LogCursor | null;
  /** Looks up the saved cursor before the first read. */
  resume(): Promise<Resumed>;
  /** Why the file cannot be read, for people; null while it can, is just missing or is refused. */
  problem(): string | null;
  /** Why files under its names are not read. */
  refusals(): readonly Refusal[];
  close(): Promise<void>;
}

export interface Resumed {
  /** Not all that was written since is still there, so earlier conclusions have a gap. */
  readonly lost: boolean;
  /** The last lines before the cursor, which were given out before the restart: what follows may belong to them. */
  readonly context: readonly string[];
}

export interface LogFollowerOptions {
  /** The users whose files are read. */
  readonly trust: Trust;
  readonly tailBytes?: number;
  /** Where an earlier follower of the same log ended. */
  readonly cursor?: LogCursor | null;
}

/** That holds some hundred lines; the longest traceback is shorter. */
const CONTEXT_BYTES = 65_536;

export const createLogFollower = (
  path: string,
  { trust, tailBytes = 1_048_576, cursor: saved = null }: LogFollowerOptions,
): LogFollower => {
  let reading: OpenLog | null = null;
  let cursor = saved;
  let problem: string | null = null;
  let refused: readonly Refusal[] = [];

  const newestInode = async (): Promise<string | null> => {
    const newest = await newestLogFile(path, trust);
    refused = newest.refused;
    return newest.inode;
  };
  const filesNow = async (): Promise<readonly LogFile[]> => {
    const listed = await listLogFiles(path, trust);
    refused = listed.refused;
    return listed.files;
  };

  const close = async (): Promise<void> => {
    const closing = reading;
    reading = null;
    await closing?.close();
  };

  const begin = async (): Promise<void> => {
    // A missing log is looked for at each look: its name alone tells that it is still missing.
    if (cursor?.inode === NOTHING_THERE.inode && (await newestInode()) === null) return;
    const files = await filesNow();
    const place = cursor ? await locate(files, cursor, tailBytes, trust) : tailOf(files, tailBytes);
    if (place) reading = await openLog(place, trust);
    else cursor ??= NOTHING_THERE;
  };

  /**
   * @returns the file that comes after the open one, so that the open one grows no more; null when it is the newest.
   */
  const nextFile = async (open: OpenLog): Promise<LogPlace | null> => {
    if ((await newestInode()) === open.inode) return null;
    const files = await filesNow();
    const ours = files.findIndex(({ inode }) => inode === open.inode);
    if (ours === 0) return null;
    if (ours > 0) return startOf(files[ours - 1]);
    // The open file was deleted: a rotation would have left the files written later, a replacement only one.
    const lastWrite = await open.modifiedAt();
    const newer = files.findLast(({ modifiedAt }) => modifiedAt > lastWrite);
    const newest = files[0];
    return startOf(newer) ?? (newest ? { ...newest, offset: Math.max(0, newest.size - tailBytes), lost: true } : null);
  };

  const readNew = async (take: (line: string) => void): Promise<void> => {
    if (reading && !(await reading.stillHolds())) await close();
    if (!reading) await begin();
    while (reading) {
      const open: OpenLog = reading;
      // Asked before the drain: once there is a next file, nothing more is written to this one.
      const next = await nextFile(open);
      const anything = await open.drain(take);
      if (next) open.finish(take);
      if (anything || next || cursor?.inode !== open.inode || cursor.mark === '') cursor = await open.cursor();
      if (!next) return;
      await close();
      reading = await openLog(next, trust);
    }
  };

  const each = async (take: (line: string) => void): Promise<void> => {
    try {
      await readNew(take);
      problem = null;
    } catch (error) {
      const refusal = fileRefusalOf(error);
      refused = refusal === null ? [] : [refusal];
      problem = refusal !== null || isMissing(error) ? null : `${path}: ${errorText(error)}`;
      const reached = reading?.cursorUnmarked();
      if (reached && (reached.inode !== cursor?.inode || reached.offset !== cursor.offset)) cursor = reached;
      await close().catch(() => undefined);
    }
  };

  return {
    each,
    read: async () => {
      const lines: string[] = [];
      await each((line) => lines.push(line));
      return lines;
    },
    cursor: () => cursor,
    resume: async () => {
      try {
        const place = saved && (await locate(await filesNow(), saved, tailBytes, trust));
        if (!saved || !place) return { lost: false, context: [] };
        const same = !place.lost && place.offset > 0;
        return {
          lost: place.lost,
          context: same ? await linesBefore(place.file, place.offset, CONTEXT_BYTES, trust) : [],
        };
      } catch {
        // A fault of the file is reported when the file is read.
        return { lost: false, context: [] };
      }
    },
    problem: () => problem,
    refusals: () => refused,
    close,
  };
};

const startOf = (file: Omit<LogPlace, 'offset' | 'lost'> | undefined): LogPlace | null =>
  file ? { ...file, offset: 0, lost: false } : null;
