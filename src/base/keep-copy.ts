/** A copy of a file that is about to be changed. */
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';

/** `NAME.bak-20261121T101112Z`, beside the file, which no service manager reads; never over an older copy. @returns its path. */
export const keepCopy = async (path: string, now: number): Promise<string> => {
  const stem = `${path}.bak-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  for (let number = 1; ; number += 1) {
    const copy = number === 1 ? stem : `${stem}-${number}`;
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
};
