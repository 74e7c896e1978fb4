/**
 * The files in the data folder. None of these functions may open one that this process has open: closing any handle of a
 * file gives up all locks that the process has on it.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const SIDE_FILES = ['-wal', '-shm'];

export const databaseIn = (folder: string): string => join(folder, 'lifeline.db');

export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Tells one file from another that has taken its place; null: there is none. @throws the system's error. */
export const identityOf = (path: string): string | null => {
  const seen = statSync(path, { bigint: true, throwIfNoEntry: false });
  return seen ? `${seen.dev}:${seen.ino}` : null;
};

/** Moves it out of the way under a name that tells when; nothing is deleted. @returns the new path. */
export const setAside = (path: string, why: 'damaged' | 'replaced', now: number): string => {
  const aside = freeName(`${path}.${why}-`, now);
  for (const suffix of ['', ...SIDE_FILES])
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  return aside;
};

const freeName = (start: string, now: number): string => {
  const name = `${start}${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  return ['', ...SIDE_FILES].some((suffix) => existsSync(`${name}${suffix}`)) ? freeName(start, now + 1) : name;
};

/** How many files that were set aside are kept. A disk that damages one database will damage more. */
const KEPT = 3;
/** A copy takes seconds: an unfinished one that is older was cut short. */
const CUT_SHORT_MS = 3_600_000;

/**
 * Removes what copies and repairs leave, so that the folder does not fill over the years. May be called only with its
 * lock. @param path the database. @throws the system's error.
 */
export const removeLeftovers = (path: string, now: number): void => {
  const folder = dirname(path);
  const names = readdirSync(folder);
  const remove = (name: string): void => rmSync(join(folder, name), { force: true });

  // A restore that was cut short before the old database was moved away leaves these.
  if (names.includes(basename(path)))
    for (const suffix of ['', ...SIDE_FILES]) remove(`${basename(path)}.new${suffix}`);
  for (const why of ['damaged', 'replaced']) {
    // The name tells when it was set aside.
    const asides = names
      .filter(
        (name) => name.startsWith(`${basename(path)}.${why}-`) && !SIDE_FILES.some((suffix) => name.endsWith(suffix)),
      )
      .sort();
    for (const name of asides.slice(0, -KEPT)) for (const suffix of ['', ...SIDE_FILES]) remove(name + suffix);
  }
  for (const name of names.filter((each) => isUnfinished(each, basename(path)))) {
    const { mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: now };
    if (Math.abs(now - mtimeMs) > CUT_SHORT_MS) remove(name);
  }
};

/** Whether a file is an unfinished copy, or what an earlier Lifeline wrote to try the disk. */
const isUnfinished = (name: string, database: string): boolean =>
  (/^copy-\d+-/.test(name) && name.includes(database)) || /\.copy(?:-\d+)?$/.test(name) || name === 'lifeline.probe';
