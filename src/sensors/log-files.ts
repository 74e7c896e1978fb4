/** A log file and its rotated predecessors, as they lie on the disk. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { BigIntStats } from 'node:fs';

export interface LogFile {
  readonly file: string;
  /** 0: the log itself; from 1 on: what it was before. */
  readonly rotation: number;
  readonly inode: string;
  readonly size: number;
  /** Milliseconds since the epoch, with what fraction the file system keeps. */
  readonly modifiedAt: number;
}

/** Gateways keep 3 to 5 rotated files, others up to 9. */
const MOST_ROTATED = 9;
/** In the name of a log that has a file for each day. */
const DAY = 'YYYY-MM-DD';

/** Whether the log has a file for each day. */
export const isDated = (path: string): boolean => path.includes(DAY);

/**
 * @param path where a new file is begun each day, `YYYY-MM-DD` stands for the day in its name.
 * @returns the names of the log and of its rotated files, newest first, whether they exist or not: `NAME.1`, and of a
 * dated log `NAME-2026-11-21.log`, `NAME-2026-11-21.1.log` and the days before.
 * @throws what the file system says.
 */
export const logNames = async (path: string): Promise<readonly string[]> =>
  isDated(path) ? (await daysOf(path)).flatMap((day) => rotatedNames((infix) => path.replace(DAY, `${day}${infix}`))) : rotatedNames((suffix) => `${path}${suffix}`);

const rotatedNames = (named: (addition: string) => string): string[] => [named(''), ...Array.from({ length: MOST_ROTATED }, (_, index) => named(`.${index + 1}`))];

/** The days of which there are files, the latest first. */
const daysOf = async (path: string): Promise<readonly string[]> => {
  const [before = '', after = ''] = basename(path).split(DAY);
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const days = names.flatMap((name) => {
    const day = name.startsWith(before) && name.endsWith(after) ? /^(\d{4}-\d\d-\d\d)(?:\.\d)?$/.exec(name.slice(before.length, name.length - after.length))?.[1] : undefined;
    return day === undefined ? [] : [day];
  });
  return [...new Set(days)].toSorted().toReversed();
};

/** @returns those that exist, newest first. @throws what the file system says, and when the log is no regular file. */
export const listLogFiles = async (path: string): Promise<LogFile[]> => {
  const files: LogFile[] = [];
  // From the newest on: a rotation meanwhile moves files to higher numbers, so each is met, some perhaps twice.
  for (const [rotation, file] of (await logNames(path)).entries()) {
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

/** @returns the inode of the file that is written now; null when there is none. */
export const newestInode = async (path: string): Promise<string | null> => {
  const [newest] = await logNames(path);
  const found = newest === undefined ? null : await statOf(newest);
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
