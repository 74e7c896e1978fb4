/**
 * The data folder is for its owner alone: whoever may enter it can hold its lock, and so keep Lifeline from starting.
 */
import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UserError } from '../base/errors.ts';
import { isShielded } from '../base/open-foreign.ts';
import { commandLine } from '../base/command-line.ts';

/**
 * `open`: others can get in. `shared`: they can, and it holds other things than Lifeline's, so that it must stay what
 * it is for them. `private`: they cannot, or it is not there, or it is not ours to say.
 */
export type FolderState = 'private' | 'open' | 'shared';

/** Databases with their copies, the lock, what gateways print, the locks of apps; what a file system of its own has. */
const OWN_NAME = /^lifeline\.|^copy-\d+-|\.output\.log(?:\.\d+)?$|^(?:apps|starts|lost\+found)$/;

const ROOT = 0;

/**
 * Whoever owns a folder can put another file in the place of any in it: who may command, and what was told.
 * @throws UserError `DATA_FOLDER_FOREIGN`
 */
export const refuseForeignFolder = (
  folder: string,
  {
    me = process.getuid?.(),
    ownerOf = (path: string) => lstatSync(path).uid,
  }: { readonly me?: number; readonly ownerOf?: (path: string) => number } = {},
): void => {
  if (me === undefined || !existsSync(folder)) return;
  const owner = ownerOf(folder);
  if (owner === me || owner === ROOT) return;
  throw new UserError(
    'DATA_FOLDER_FOREIGN',
    `The data folder ${folder} belongs to another user (uid ${owner}), who could change what Lifeline remembers, its operators included. Run: ${commandLine(['chown', '-R', String(me), folder])}, or set data_dir to a folder of Lifeline's own.`,
  );
};

/** @param alsoOwn other files of Lifeline's, which may lie there. Never throws. */
export const folderState = (folder: string, alsoOwn: readonly string[] = []): FolderState => {
  try {
    const { mode, uid } = lstatSync(folder);
    if (process.getuid === undefined || (mode & 0o077) === 0 || uid !== process.getuid() || isShielded(dirname(folder)))
      return 'private';
    const names = new Set(alsoOwn.filter((path) => dirname(path) === folder).map((path) => basename(path)));
    // A home or /var/lib that somebody named.
    return readdirSync(folder).every((name) => OWN_NAME.test(name) || names.has(name)) ? 'open' : 'shared';
  } catch {
    return 'private';
  }
};

/** @returns what it was. Never throws: what cannot be closed is told by the doctor. */
export const closeFolder = (folder: string, alsoOwn?: readonly string[]): FolderState => {
  const state = folderState(folder, alsoOwn);
  try {
    if (state === 'open') chmodSync(folder, 0o700);
    return state;
  } catch {
    return 'private';
  }
};
