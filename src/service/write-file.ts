/** Writes a definition: whole or not at all. */
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export const writeWhole = async (
  path: string,
  text: string,
  { mode, owner }: { readonly mode: number; readonly owner?: number },
): Promise<void> => {
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
