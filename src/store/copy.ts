/** A consistent copy of a database that may be in use by others: one file, for its owner only, whole or not there. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** The name of a copy before it is complete. `cleanup.ts` removes one that was cut short. */
export const unfinishedCopy = (path: string): string => join(dirname(path), `copy-${process.pid}-${basename(path)}`);

/**
 * Takes the place of what lies there.
 * @param isWanted sees the finished copy before it does.
 * @throws SQLite's or the system's error when there is no room for it: then nothing is changed.
 */
export const copyTo = (db: DatabaseSync, path: string, isWanted: (copy: string) => boolean = () => true): void => {
  const copy = unfinishedCopy(path);
  try {
    rmSync(copy, { force: true });
    // SQLite takes an empty file for a new one and keeps its mode: nobody else gets to read it in between.
    closeSync(openSync(copy, 'wx', 0o600));
    db.prepare('VACUUM INTO ?').run(copy);
    flush(copy);
    if (isWanted(copy)) renameSync(copy, path);
  } finally {
    rmSync(copy, { force: true });
  }
};

/** On the disk before it takes the place of something. */
const flush = (file: string): void => {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
