/** A place in a log that outlives Lifeline, and how it is found again after rotation, truncation and replacement. */
import { hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Trust } from '../../base/file-trust.ts';
import { openForeign } from '../../base/open-foreign.ts';
import { RefusedFile } from '../../base/refused-file.ts';
import { isMissing, type LogFile } from './log-files.ts';

export interface LogCursor {
  /** The inode of the file that was read last, as text: on some file systems the number is too large for JavaScript. */
  readonly inode: string;
  /** The offset of the first byte that was not given out as a line: a half line is read again. */
  readonly offset: number;
  /** A fingerprint of the bytes before the offset: inodes are used again, and files overwritten. Empty: not known. */
  readonly mark: string;
  /** When the file was last written, by its file system: files that are newer were written after this place. */
  readonly modifiedAt: number;
}

export interface LogPlace {
  readonly file: string;
  readonly inode: string;
  readonly offset: number;
  /** Lines between the cursor and here are no longer on the disk, or cannot be told from those that were read. */
  readonly lost: boolean;
}

/** The cursor of a log that has never been there: all that comes is new. */
export const NOTHING_THERE: LogCursor = { inode: 'none', offset: 0, mark: '', modifiedAt: 0 };

const MARK_BYTES = 128;

/** @returns a fingerprint of the bytes before `offset`. */
export const markAt = async (handle: FileHandle, offset: number): Promise<string> => {
  const bytes = Buffer.alloc(Math.min(MARK_BYTES, offset));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset - bytes.length);
  return hash('sha256', bytes.subarray(0, bytesRead), 'base64url').slice(0, 16);
};

/** @param files newest first. @returns where to go on reading; null when there is no file at all. */
export const locate = async (
  files: readonly LogFile[],
  cursor: LogCursor,
  tailBytes: number,
  trust: Trust,
): Promise<LogPlace | null> => {
  const same = await findSame(files, cursor, trust);
  if (same) return { ...same, offset: cursor.offset, lost: false };
  // If the file itself was truncated or written anew, all of it is new; so is all of a file written later.
  const next = files.findLast(
    ({ inode, modifiedAt }) =>
      modifiedAt > cursor.modifiedAt || (inode === cursor.inode && modifiedAt === cursor.modifiedAt),
  );
  if (next) {
    const nothingRead = cursor.inode === NOTHING_THERE.inode || (cursor.inode === next.inode && cursor.offset === 0);
    return { ...next, offset: 0, lost: next.rotation > 0 && !nothingRead };
  }
  return files[0] ? { ...files[0], offset: Math.max(0, files[0].size - tailBytes), lost: true } : null;
};

/** @returns the place from which the files, newest first, hold at most `tailBytes`; null when there is no file. */
export const tailOf = (files: readonly LogFile[], tailBytes: number): LogPlace | null => {
  let room = tailBytes;
  for (const file of files) {
    if (file.size >= room) return { ...file, offset: file.size - room, lost: false };
    room -= file.size;
  }
  const oldest = files.at(-1);
  return oldest ? { ...oldest, offset: 0, lost: false } : null;
};

/**
 * Finds the file that holds the bytes that were read, before the same offset: first by inode, else a copy or a moved
 * home.
 */
const findSame = async (files: readonly LogFile[], cursor: LogCursor, trust: Trust): Promise<LogFile | null> => {
  if (cursor.offset === 0) return null;
  const isOurs = ({ inode }: LogFile): boolean => inode === cursor.inode;
  for (const file of [...files.filter(isOurs), ...files.filter((other) => !isOurs(other))]) {
    if (file.size < cursor.offset) continue;
    if (cursor.mark === '' ? isOurs(file) : (await markOf(file.file, cursor.offset, trust)) === cursor.mark)
      return file;
  }
  return null;
};

const markOf = async (file: string, offset: number, trust: Trust): Promise<string | null> => {
  const opened = await openForeign(file, trust).catch((error: unknown) => {
    if (isMissing(error) || error instanceof RefusedFile) return null;
    throw error;
  });
  try {
    return opened && (await markAt(opened.handle, offset));
  } finally {
    await opened?.handle.close();
  }
};
