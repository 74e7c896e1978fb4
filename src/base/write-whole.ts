/** Writes files so that at any moment the old one or the new one is there whole, and on the disk. */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface WholeFile {
  /** A link there is replaced, not followed. */
  readonly path: string;
  readonly text: string;
  /** For its owner alone unless told. */
  readonly mode?: number;
  readonly owner?: number;
}

/** @throws the system's error; then the file is as it was. */
export const replaceWhole = (path: string, text: string, options: Pick<WholeFile, 'mode' | 'owner'> = {}): void =>
  replaceAllWhole([{ path, text, ...options }]);

/**
 * Each file is written beside its place; then all are put in their places, in this order. @throws the system's error;
 * nothing has changed then, unless the disk failed in the very last step.
 */
export const replaceAllWhole = (files: readonly WholeFile[]): void => {
  try {
    for (const file of files) writeBeside(file);
    for (const { path } of files) renameSync(besideOf(path), path);
  } catch (error) {
    for (const { path } of files) removeQuietly(besideOf(path));
    throw error;
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) syncFolder(folder);
};

const besideOf = (path: string): string => `${path}.new-${process.pid}`;

const writeBeside = ({ path, text, mode = 0o600, owner = process.getuid?.() }: WholeFile): void => {
  mkdirSync(dirname(path), { recursive: true });
  // One that an earlier process of this number has left.
  rmSync(besideOf(path), { force: true });
  const file = openSync(besideOf(path), 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fchmodSync(file, mode & 0o7777);
    if (owner !== undefined && owner !== process.getuid?.()) fchownSync(file, owner, -1);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const removeQuietly = (path: string): void => {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first failure is the one to tell.
  }
};

/** A rename in a folder is on the disk once the folder is; not every file system can be asked for that. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    closeSync(handle);
  }
};
