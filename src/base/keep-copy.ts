/** A copy of a file that is about to be changed. */
import { writeFile } from 'node:fs/promises';
import { readForeign, MOST_BYTES, ANYBODY } from './open-foreign.ts';

/**
 * `NAME.bak-20261121T101112Z`, beside the file, which no service manager reads; never over an older copy. @returns its
 * path.
 */
export const keepCopy = async (path: string, now: number): Promise<string> => {
  // The file was read and trusted before. Only another file in its place meanwhile must not block this process.
  const { bytes, mode: fileMode } = await readForeign(path, { trust: ANYBODY, mostBytes: MOST_BYTES.config });
  const stem = `${path}.bak-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  for (let number = 1; ; number += 1) {
    const copy = number === 1 ? stem : `${stem}-${number}`;
    try {
      await writeFile(copy, bytes, { mode: fileMode & 0o777, flag: 'wx' });
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
};
