/** A new file, for its owner alone, that is on the disk before anything is done with it. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** @throws the system's error, also where something lies at this path already. */
export const writeWhole = (path: string, text: string): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
