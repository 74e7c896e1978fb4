/** Writes the configuration and its secrets: all or nothing, as far as a file system allows. */
import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText, UserError } from '../base/errors.ts';
import { writeWhole } from '../base/write-whole.ts';

export interface FileToWrite {
  readonly path: string;
  readonly text: string;
}

/**
 * Each file is written beside its place, for its owner alone; then all are put in their places, in this order.
 * @throws UserError `SETUP_WRITE`; nothing has changed then, unless the disk failed in the very last step.
 */
export const writeFiles = (files: readonly FileToWrite[]): void => {
  const written: { readonly temporary: string; readonly place: string }[] = [];
  try {
    for (const { path, text } of files) {
      makeFolder(dirname(path));
      // A link stays one: people keep such files elsewhere.
      const place = existsSync(path) ? realpathSync(path) : path;
      const temporary = `${place}.${process.pid}.tmp`;
      written.push({ temporary, place });
      writeWhole(temporary, text);
    }
    for (const { temporary, place } of written) renameSync(temporary, place);
  } catch (error) {
    for (const { temporary } of written) removeQuietly(temporary);
    throw new UserError(
      'SETUP_WRITE',
      `The configuration could not be written: ${errorText(error)}. Nothing was changed.`,
      { cause: error },
    );
  }
};

/** Removes a file that may not exist. */
const removeQuietly = (path: string): void => {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first failure is the one to tell.
  }
};

/** A folder that was there keeps its mode: it may hold other things. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
};
