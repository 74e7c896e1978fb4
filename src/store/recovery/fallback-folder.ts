/**
 * The folder of the fallback store, which is used while the data folder cannot be written: private, and in memory where
 * the system allows it.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const SHARED_MEMORY = '/dev/shm';

/** Returns the same folder for a data folder each time, so that the next Lifeline finds what this one leaves behind. */
export const fallbackFolder = (dataDir: string, base = memoryBase()): string => {
  const hash = createHash('sha256')
    .update(canonical(resolve(dataDir)))
    .digest('hex')
    .slice(0, 16);
  return join(base, `lifeline-${process.getuid?.() ?? 'user'}-${hash}`);
};

const memoryBase = (): string => {
  try {
    accessSync(SHARED_MEMORY, constants.W_OK);
    return SHARED_MEMORY;
  } catch {
    return tmpdir();
  }
};

/** Returns the same name for the same folder, whether it exists or not. */
const canonical = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(canonical(dirname(path)), basename(path));
  }
};
