/** Copies the database before a migration, so that an upgrade can be undone. */
import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { copyTo } from './copy.ts';
import { MIGRATIONS } from './migrations.ts';

/** Its place; `version` is that of the layout which the copy does not have yet. */
export const pathOfCopyBefore = (path: string, version: number): string => `${path}.before-${version}`;

/** Keeps one copy, the newest. @throws SQLite's error when there is no room for it: then nothing is changed. */
export const keepCopyBefore = (db: DatabaseSync, path: string, version: number): void => {
  const kept = pathOfCopyBefore(path, MIGRATIONS.length);
  // Another process may have changed the layout meanwhile, after it kept a copy of its own.
  copyTo(db, kept, (copy) => layoutOf(copy) === version);
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${basename(path)}.before-`) && name !== basename(kept))
      rmSync(join(dirname(path), name), { force: true });
  }
};

/** From the file's header (https://www.sqlite.org/fileformat2.html, offset 60). */
const layoutOf = (file: string): number => {
  const handle = openSync(file, 'r');
  try {
    const field = Buffer.alloc(4);
    readSync(handle, field, 0, 4, 60);
    return field.readUInt32BE();
  } finally {
    closeSync(handle);
  }
};
