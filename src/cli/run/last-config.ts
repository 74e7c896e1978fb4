/**
 * The configuration with which Lifeline last ran, kept beside its data: a mistake in the file must not keep the watchdog
 * away after a crash.
 */
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { MOST_BYTES, OWN_FILES, readForeignNow } from '../../base/open-foreign.ts';
import { replaceWhole } from '../../base/write-whole.ts';
import type { Config } from '../../config/config.ts';
import { readConfigText, parseConfig } from '../../config/load.ts';
import { readSecretFile } from '../../config/secret.ts';
import { userHomeOf } from '../../setup/paths.ts';
import { guessedDataDir } from '../beside-bot/status-by-bot.ts';
import type { ReadAnew } from './reload-config.ts';

const NAME = 'lifeline.last-config.json';

interface Kept {
  /** Of the configuration, as an absolute path. */
  readonly file: string;
  readonly text: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Keeps the text of the configuration that is in use. @throws the system's error; UserError for an unreadable file. */
export const keepConfig = ({ file, dataDir }: Config): void => {
  const kept: Kept = { file: resolve(file), text: readConfigText(file).text };
  const path = join(dataDir, NAME);
  const json = JSON.stringify(kept);
  if (unlessRefused(path) !== json) replaceWhole(path, json);
};

/** What others could have written decides nothing. @throws as `readForeignNow`. */
const readKept = (path: string): string =>
  readForeignNow(path, { trust: OWN_FILES, mostBytes: 2 * MOST_BYTES.config }).text;

const unlessRefused = (path: string): string | null => {
  try {
    return readKept(path);
  } catch {
    return null;
  }
};

/**
 * @param error why the file cannot be used.
 * @returns the configuration with which this file was last used, and what is wrong with it now; null: none is kept, or
 * that one cannot be used either.
 */
export const lastConfig = (
  file: string,
  error: unknown,
  env: Env = process.env,
): { readonly config: Config; readonly refused: Extract<ReadAnew, { kind: 'bad' }> } | null => {
  if (!(error instanceof UserError)) return null;
  try {
    const path = join(guessedDataDir(textOf(file), resolve(file), userHomeOf(env)), NAME);
    const kept = JSON.parse(readKept(path)) as Partial<Kept>;
    if (kept.file !== resolve(file) || typeof kept.text !== 'string') return null;
    const config = parseConfig(kept.text, { file, env, home: userHomeOf(env), readSecret: readSecretFile });
    const text = error.message;
    return { config, refused: { kind: 'bad', problems: text.replaceAll(file, basename(file)).split('\n'), text } };
  } catch {
    return null;
  }
};

/** The data folder is looked for in whatever text there still is. */
const textOf = (file: string): string => {
  try {
    return readConfigText(file).text;
  } catch {
    return '';
  }
};
