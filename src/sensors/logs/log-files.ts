/** A log file and its rotated predecessors, as they lie on the disk. */
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Trust, PathPart } from '../../base/file-trust.ts';
import { seeForeign } from '../../base/open-foreign.ts';
import { RefusedFile, refusalOfOne, type Refusal } from '../../base/refused-file.ts';

export interface LogFile {
  readonly file: string;
  /** 0 for the log itself; from 1 on its predecessors. */
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
 * @throws RefusedFile when anybody may have put files there; what the file system says.
 */
export const logNames = async (path: string, trust: Trust): Promise<readonly string[]> =>
  isDated(path)
    ? (await daysOf(path, trust)).flatMap((day) => rotatedNames((infix) => path.replace(DAY, `${day}${infix}`)))
    : rotatedNames((suffix) => `${path}${suffix}`);

const rotatedNames = (named: (addition: string) => string): string[] => [
  named(''),
  ...Array.from({ length: MOST_ROTATED }, (_, index) => named(`.${index + 1}`)),
];

/** The days of which there are files, the latest first. */
const daysOf = async (path: string, trust: Trust): Promise<readonly string[]> => {
  const [before = '', after = ''] = basename(path).split(DAY);
  const names = await namesIn(dirname(path), trust);
  const days = names.flatMap((name) => {
    const day =
      name.startsWith(before) && name.endsWith(after)
        ? /^(\d{4}-\d\d-\d\d)(?:\.\d)?$/.exec(name.slice(before.length, name.length - after.length))?.[1]
        : undefined;
    return day === undefined ? [] : [day];
  });
  return [...new Set(days)].toSorted().toReversed();
};

const namesIn = async (folder: string, trust: Trust): Promise<readonly string[]> => {
  try {
    return await readdir((await seeForeign(folder, trust, 'file or folder')).path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

export interface LogFiles {
  /** The files that exist, newest first. */
  readonly files: readonly LogFile[];
  /** Why other files under such names are not read. */
  readonly refused: readonly Refusal[];
}

/** @throws what the file system says; RefusedFile when it is the log itself that is not read. */
export const listLogFiles = async (path: string, trust: Trust): Promise<LogFiles> => {
  const files: LogFile[] = [];
  const refused: Refusal[] = [];
  // From the newest on: a rotation meanwhile moves files to higher numbers, so each is met, some perhaps twice.
  for (const [rotation, file] of (await logNames(path, trust)).entries()) {
    const seen = await seeOne(file, trust);
    if (seen === null) continue;
    if ('why' in seen) {
      refused.push(refusable(path, rotation, seen));
      continue;
    }
    const inode = String(seen.ino);
    const met = files.findIndex((other) => other.inode === inode);
    if (met >= 0) files.splice(met, 1);
    files.push({ file, rotation, inode, size: seen.size, modifiedAt: seen.modifiedAt });
  }
  return { files, refused };
};

/**
 * Older files that are refused leave the log itself as it is; of a dated log anybody may have put a later day there.
 * @throws RefusedFile
 */
const refusable = (path: string, rotation: number, refusal: Refusal): Refusal => {
  if (rotation === 0 && !isDated(path)) throw new RefusedFile(refusal);
  return refusal;
};

export interface Newest {
  /** The inode of the file that is written now; null when there is none. */
  readonly inode: string | null;
  readonly refused: readonly Refusal[];
}

/** Looks at the newest file as `listLogFiles` does, and no further than needed. */
export const newestLogFile = async (path: string, trust: Trust): Promise<Newest> => {
  const refused: Refusal[] = [];
  const names = await logNames(path, trust);
  for (const [rotation, file] of (isDated(path) ? names : names.slice(0, 1)).entries()) {
    const seen = await seeOne(file, trust);
    if (seen !== null && !('why' in seen)) return { inode: String(seen.ino), refused };
    if (seen !== null) refused.push(refusable(path, rotation, seen));
    else if (refused.length === 0) break;
  }
  return { inode: null, refused };
};

const seeOne = async (file: string, trust: Trust): Promise<PathPart | Refusal | null> => {
  try {
    return await seeForeign(file, trust);
  } catch (error) {
    return refusalOfOne(file, error);
  }
};

/** Whether an error says that a file is not there. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
