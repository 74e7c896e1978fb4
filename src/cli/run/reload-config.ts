/** Reads the configuration file of a running Lifeline anew, and says whether it can be used. */
import { basename } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { changesBetween } from '../../config/show.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';

export type ReadAnew =
  | { readonly kind: 'good'; readonly config: Config; readonly changes: readonly string[] }
  /** `problems`: a line each, the file by its name alone, as it goes to a phone; `text` has its whole path. */
  | { readonly kind: 'bad'; readonly problems: readonly string[]; readonly text: string }
  /** The keys that differ, and hold for as long as the process lives. */
  | { readonly kind: 'fixed'; readonly keys: readonly string[] };

export const readAnew = (now: Config, load: (file: string) => Config = loadConfig): ReadAnew => {
  try {
    const config = load(now.file);
    // The content of the old data folder, with incidents and people, would be left behind.
    if (config.dataDir !== now.dataDir) return { kind: 'fixed', keys: ['data_dir'] };
    return { kind: 'good', config, changes: changesBetween(now, config) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      kind: 'bad',
      problems: error.message.replaceAll(now.file, basename(now.file)).split('\n'),
      text: error.message,
    };
  }
};
