/** At its start Lifeline takes away what lets others write its configuration and secrets, or enter its data folder. */
import type { Logger } from '../base/logger.ts';
import { closeToOthers, type Open } from '../base/foreign/close.ts';
import { fileRefusalText } from '../base/foreign/refusal.ts';
import type { Config } from '../config/config.ts';
import { allFilesOf, ownFilesOf } from '../config/own-files.ts';
import { closeFolder, type FolderState } from '../store/private-folder.ts';

export interface ClosedOwn {
  /** How others could change the configuration or a secret until now. */
  readonly files: readonly Open[];
  readonly folder: { readonly path: string; readonly state: FolderState };
}

/** Never throws. */
export const closeOwn = (config: Config, logger: Logger): ClosedOwn => {
  const { dataDir } = config;
  const files = ownFilesOf(config).flatMap(closeToOthers);
  for (const { refusal, mended } of files)
    logger.warn({ reason: fileRefusalText(refusal), mended }, 'others could change a file of Lifeline itself');
  const state = closeFolder(dataDir, allFilesOf(config));
  if (state !== 'private') logger.warn({ folder: dataDir, state }, 'others could enter the data folder');
  return { files: unique(files), folder: { path: dataDir, state } };
};

/** A folder above several files is open for each of them. */
const unique = (files: readonly Open[]): readonly Open[] => [
  ...new Map(files.map((each) => [fileRefusalText(each.refusal), each])).values(),
];
