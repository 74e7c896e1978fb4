/** Whether the configuration on the disk is still the one with which the bot runs. */
import { stat } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { readAnew, type ReadAnew } from './reload-config.ts';

/** A file that is written twice within one tick of the file system's clock looks the same afterwards. */
const SETTLED_MS = 2_000;

interface State {
  readonly text: string;
  readonly changedMs: number;
}

/** With the time of its last change, which no program can set back. */
const stateOf = async (file: string): Promise<State> => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(file, { bigint: true });
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(' '), changedMs: Number(ctimeMs) };
  } catch (error) {
    return { text: String((error as NodeJS.ErrnoException).code), changedMs: 0 };
  }
};

/**
 * Reads the file and the secrets that it names anew, as a reload does, but only when one of them has changed since.
 * @returns a function that says whether nothing in them differs from the configuration.
 */
export const createConfigOnDisk = (
  read: (config: Config) => ReadAnew = readAnew,
  now: () => number = Date.now,
): ((config: Config) => Promise<boolean>) => {
  let known: { readonly config: Config; readonly files: string; readonly isSame: boolean } | null = null;
  return async (config) => {
    const states = await Promise.all([config.file, ...config.secretFiles].map(stateOf));
    const files = states.map(({ text }) => text).join('\n');
    if (known?.config === config && known.files === files) return known.isSame;
    const anew = read(config);
    const isSame = anew.kind === 'good' && anew.changes.length === 0;
    const at = now();
    known = states.every(({ changedMs }) => Math.abs(at - changedMs) > SETTLED_MS) ? { config, files, isSame } : null;
    return isSame;
  };
};
