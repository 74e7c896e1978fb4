/** Whether folders and files of a configuration can be used by this user. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText } from '../../base/errors.ts';

/** @returns what is wrong with a gateway's home; null: nothing. */
export const homeProblem = (home: string): 'absent' | 'no_folder' | 'forbidden' | null => {
  try {
    if (!statSync(home).isDirectory()) return 'no_folder';
    accessSync(home, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'forbidden' : 'absent';
  }
};

/**
 * Returns why a folder cannot be written; null when it can. A missing folder is made at the start of Lifeline, in the
 * nearest existing one, so that one is asked about. Nothing is written, so that nothing is left behind.
 */
export const writeProblem = (path: string, kind: 'folder' | 'file'): string | null => {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    const isFolder = statSync(at).isDirectory();
    if (at === path && isFolder !== (kind === 'folder')) return kind === 'folder' ? 'ENOTDIR' : 'EISDIR';
    if (at !== path && !isFolder) return `ENOTDIR, ${at}`;
    accessSync(at, isFolder ? constants.W_OK | constants.X_OK : constants.W_OK);
    return null;
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code ?? errorText(error)}, ${at}`;
  }
};
