/**
 * The files of a database. None of these may touch one that this process has open: closing any handle of a file gives
 * up all locks that the process has on it.
 */
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const SIDE_FILES = ['-wal', '-shm'];

export const databaseIn = (folder: string): string => join(folder, 'lifeline.db');

/** @returns false when there is nothing to copy. */
export const copyDatabase = (from: string, to: string): boolean => {
  if (!existsSync(from)) return false;
  copyFileSync(from, to);
  // The log has what is committed and not yet in the database itself. SQLite makes the other side file anew.
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
  return true;
};

export const removeDatabase = (path: string): void => {
  for (const suffix of [...SIDE_FILES, '']) rmSync(`${path}${suffix}`, { force: true });
};

/** Puts a closed database, which is one file then, in the place of another. */
export const replaceDatabase = (path: string, by: string): void => {
  // SQLite would take an old write-ahead log for the new file's.
  removeDatabase(path);
  renameSync(by, path);
};

/** Moves it out of the way under a name that tells when; nothing is deleted. @returns the new path. */
export const setAside = (path: string, why: string, now: number): string => {
  const aside = freeName(`${path}.${why}-`, now);
  for (const suffix of ['', ...SIDE_FILES])
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  return aside;
};

const freeName = (start: string, now: number): string => {
  const name = `${start}${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  return ['', ...SIDE_FILES].some((suffix) => existsSync(`${name}${suffix}`)) ? freeName(start, now + 1) : name;
};

export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
