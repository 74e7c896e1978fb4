/** A folder of Lifeline's own in a place where others may make files, too. */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/**
 * Makes the folder, for this user only.
 * @throws when another user has made it, or a link lies there: anybody may make such things in a shared place.
 */
export const makeOwnFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOwnFolder(folder)) throw new Error(`${folder} belongs to somebody else, or is no folder; it is not used`);
  chmodSync(folder, 0o700);
};

/** Whether the folder exists and is this user's own; a link is none. */
export const isOwnFolder = (folder: string): boolean => {
  try {
    const stats = lstatSync(folder);
    return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
  } catch {
    return false;
  }
};

/** The same, and nobody else may read or enter the folder. */
export const isPrivateFolder = (folder: string): boolean =>
  isOwnFolder(folder) && (lstatSync(folder).mode & 0o077) === 0;
