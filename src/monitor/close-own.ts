/** At its start Lifeline takes away what lets others write its configuration and secrets, or enter its data folder. */
import { chmodSync } from 'node:fs';
import type { Logger } from '../base/logger.ts';
import { fileRefusalText, type Refusal } from '../base/refused-file.ts';
import type { Config } from '../config/config.ts';
import { allFilesOf, openFilesOf } from '../config/own-files.ts';
import { closeFolder, type FolderState } from '../store/private-folder.ts';

export interface ClosedOwn {
  /** How others could change the configuration or a secret until now; what they may have written before is there. */
  readonly files: readonly { readonly refusal: Refusal; readonly mended: boolean }[];
  readonly folder: { readonly path: string; readonly state: FolderState };
}

/** Never throws. */
export const closeOwn = (config: Config, logger: Logger): ClosedOwn => {
  const { dataDir } = config;
  const files = openFilesOf(config).map((refusal) => ({ refusal, mended: mend(refusal) }));
  for (const { refusal, mended } of files)
    logger.warn({ reason: fileRefusalText(refusal), mended }, 'others could change a file of Lifeline itself');
  const state = closeFolder(dataDir, allFilesOf(config));
  if (state !== 'private') logger.warn({ folder: dataDir, state }, 'others could enter the data folder');
  return { files, folder: { path: dataDir, state } };
};

/**
 * Mends only the file itself: a folder above may be open for another purpose. The way to the file is in order, or that
 * would have been refused first.
 */
const mend = (refusal: Refusal): boolean => {
  if (refusal.why !== 'writable' || refusal.kind !== 'file' || refusal.uid !== process.getuid?.()) return false;
  try {
    chmodSync(refusal.path, refusal.mode & 0o7777 & ~0o022);
    return true;
  } catch {
    return false;
  }
};
