/**
 * Reads a small file that somebody else writes. What lies there instead must hold up nobody: a pipe that no one writes
 * to would block one of the few threads that all file access of this process shares, and a huge file fill its memory.
 */
import { constants, openSync, closeSync, fstatSync, readFileSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { instantOf, type Instant } from './instant.ts';

/** The largest state file there is has some kB. */
const MOST_BYTES = 4_000_000;
/** Windows has no such flag. */
const FLAGS = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);

export interface SmallFile {
  readonly text: string;
  /** Null: its time is none. */
  readonly modifiedAt: Instant | null;
}

/** @throws what the file system says, and when it is no regular file or too large. */
export const readSmall = async (path: string): Promise<SmallFile> => {
  const handle = await open(path, FLAGS);
  try {
    const { mtimeMs } = fit(path, await handle.stat());
    return { text: await handle.readFile('utf8'), modifiedAt: instantOf(mtimeMs) };
  } finally {
    await handle.close();
  }
};

/** The same at once, for what is needed before anything can be waited for. */
export const readSmallSync = (path: string): string => {
  const file = openSync(path, FLAGS);
  try {
    fit(path, fstatSync(file));
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};

const fit = (path: string, stats: Stats): Stats => {
  if (!stats.isFile()) throw new Error(`${path} is no regular file`);
  if (stats.size > MOST_BYTES) throw new Error(`${path} has ${Math.round(stats.size / 1e6)} MB; this is no such file`);
  return stats;
};
