/** Files for their owner alone that are on the disk before anything is done with them. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a new file. @throws the system's error, also where something lies at this path already. */
export const writeWhole = (path: string, text: string): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/**
 * Writes a file, or puts another in its place: at any moment one of the two is there whole. Only one process at a time may
 * do so to a file. @throws the system's error; then the file is as it was.
 */
export const replaceWhole = (path: string, text: string): void => {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeWhole(temporary, text);
  renameSync(temporary, path);
  syncFolder(dirname(path));
};

/** A rename in a folder is on the disk once the folder is. @throws the system's error. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
