/** Writes a definition: whole or not at all. */
import { constants } from 'node:fs';
import { chown, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export const writeWhole = async (path: string, text: string, { mode, owner }: { readonly mode: number; readonly owner?: number }): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.new-${process.pid}`;
  try {
    await writeFile(fresh, text, { mode, flag: 'wx' });
    if (owner !== undefined && owner !== process.getuid?.()) await chown(fresh, owner, -1);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
};

/** `NAME.bak-20261121T101112Z`, beside the file, which no service manager reads. @returns its path. */
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
