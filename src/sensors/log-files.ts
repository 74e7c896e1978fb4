/** A log file and its rotated predecessors, as they lie on the disk. */
import { stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';

export interface LogFile {
  readonly file: string;
  /** 0: the log itself; 1: `NAME.1`, and so on. */
  readonly rotation: number;
  readonly inode: string;
  readonly size: number;
  /** Milliseconds since the epoch, with what fraction the file system keeps. */
  readonly modifiedAt: number;
}

/** Hermes keeps 3 rotated files, others up to 9. */
const MOST_ROTATED = 9;

/** @returns the names of the log and of its rotated files, newest first, whether they exist or not. */
export const logNames = (path: string): string[] => [path, ...Array.from({ length: MOST_ROTATED }, (_, index) => `${path}.${index + 1}`)];

/** @returns those that exist, newest first. @throws what the file system says, and when the log is no regular file. */
export const listLogFiles = async (path: string): Promise<LogFile[]> => {
  const files: LogFile[] = [];
  // From the newest on: a rotation meanwhile moves files to higher numbers, so each is met, some perhaps twice.
  for (const [rotation, file] of logNames(path).entries()) {
    const found = await statOf(file);
    if (!found?.isFile()) {
      if (found && rotation === 0) throw new Error('this is not a file that can be followed');
      continue;
    }
    const met = files.findIndex(({ inode }) => inode === String(found.ino));
    if (met >= 0) files.splice(met, 1);
    files.push({ file, rotation, inode: String(found.ino), size: Number(found.size), modifiedAt: modifiedAtOf(found) });
  }
  return files;
};

/** @returns null when there is no such file. */
export const inodeOf = async (path: string): Promise<string | null> => {
  const found = await statOf(path);
  return found && String(found.ino);
};

export const modifiedAtOf = ({ mtimeNs }: BigIntStats): number => Number(mtimeNs) / 1e6;

const statOf = (path: string): Promise<BigIntStats | null> =>
  stat(path, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });

/** Whether an error says that a file is not there. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
