/**
 * `lifeline status` by the bot that runs with this configuration: loaded before the command line is, because it needs
 * so little. The bot knows more than a look of the command's own would find, and says the same in the same words.
 */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readForeignNow, MOST_BYTES, ANYBODY } from '../../base/open-foreign.ts';
import { DEFAULT_DATA_DIR } from '../../config/config.ts';
import { askStatus } from '../../channels/local/ask-status.ts';
import { usualConfig, userHomeOf, type Variables } from '../../setup/paths.ts';
import { isColoured, keepWithoutReader } from '../output.ts';

interface Asked {
  readonly config: string | null;
  readonly gateway: string | null;
  readonly json: boolean;
}

const WITH_SIGN = '--config=';
const behindSign = (word: string): string | undefined =>
  word.startsWith(WITH_SIGN) ? word.slice(WITH_SIGN.length) : undefined;

/** @returns null for words that only the command line itself is to understand, or to complain of. */
export const statusWords = (words: readonly string[]): Asked | null => {
  const [word, ...others] = words;
  if (word === undefined) return { config: null, gateway: null, json: false };
  const [value, ...behind] = others;
  const rest = statusWords(word === '--config' ? behind : others);
  if (rest === null) return null;
  if (word === '--json') return rest.json ? null : { ...rest, json: true };
  const file = word === '--config' ? value : behindSign(word);
  if (file !== undefined && file !== '')
    return rest.config !== null || file.startsWith('-') ? null : { ...rest, config: file };
  return rest.gateway !== null || word === '' || word.startsWith('-') ? null : { ...rest, gateway: word };
};

const DATA_DIR = 'data_dir:';

/** A value of YAML as people write paths: plain or in quotes, with a comment behind it. */
const valueOf = (written: string): string => {
  const [quote = ''] = written;
  if (quote === '"' || quote === "'") return written.slice(1).split(quote)[0] ?? '';
  return (written.split(' #')[0] ?? '').trim();
};

/**
 * Where the data folder of a configuration seems to be: it is not parsed for this. A wrong guess is seen by the bot,
 * which compares the file with the one that it runs with.
 */
export const guessedDataDir = (text: string, file: string, home: string): string => {
  const line = text.split('\n').find((each) => each.startsWith(DATA_DIR));
  const given = (line && valueOf(line.slice(DATA_DIR.length).trim())) || DEFAULT_DATA_DIR;
  if (given.startsWith('~/')) return join(home, given.slice(2));
  return isAbsolute(given) ? given : resolve(dirname(file), given);
};

/** Prints what the bot says. @returns false: nothing was printed, and the command is to look itself. Never rejects. */
export const statusByBot = async (
  words: readonly string[],
  version: () => string,
  env: Variables,
): Promise<boolean> => {
  const asked = statusWords(words);
  if (asked === null) return false;
  try {
    const file = resolve(asked.config ?? env['LIFELINE_CONFIG'] ?? usualConfig(env));
    const text = readForeignNow(file, { trust: ANYBODY, mostBytes: MOST_BYTES.config }).text;
    const home = userHomeOf(env);
    const answer = await askStatus(guessedDataDir(text, file, home), {
      version: version(),
      file,
      home,
      zone: env['TZ'] ?? null,
      offset: new Date().getTimezoneOffset(),
      gateway: asked.gateway,
      json: asked.json,
      colour: isColoured(),
    });
    if (answer === null) return false;
    keepWithoutReader();
    process.stdout.write(answer.text);
    if (answer.exitCode === 1) process.exitCode = answer.exitCode;
    return true;
  } catch {
    // What is wrong with the file the command itself says.
    return false;
  }
};
