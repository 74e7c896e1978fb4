/**
 * The language of every subcommand, by one rule: that of the configuration (`locale`), of one with mistakes too;
 * without a configuration that of the environment. `--locale`, where a subcommand has it, goes first.
 */
import { existsSync } from 'node:fs';
import { DEFAULT_LOCALE, LOCALES } from '../../config/config.ts';
import { loadConfig, readConfigText } from '../../config/load.ts';
import { usualConfig, type Variables } from '../../setup/paths.ts';
import type { Locale } from '../../text/locale.ts';
import { localeOf } from '../../base/language-of-environment.ts';

export { localeOf };

/** Never throws. @param file a configuration file, which may be missing */
export const localeOfFile = (file: string, env: Variables): Locale => {
  if (!existsSync(file)) return localeOf(env);
  try {
    return loadConfig(file).locale;
  } catch {
    return localeAsked(file) ?? localeOf(env);
  }
};

/** Returns the language of a subcommand that gets no configuration: that of the usual file. Never throws. */
export const localeInUse = (env: Variables): Locale => localeOfFile(env['LIFELINE_CONFIG'] || usualConfig(env), env);

/** Returns the language that a file with mistakes asks for; null when it cannot be read from the file. */
const localeAsked = (file: string): Locale | null => {
  try {
    const { text } = readConfigText(file);
    const [line, named] = /^locale: *["']?([\w-]*)/m.exec(text) ?? [];
    return line === undefined ? DEFAULT_LOCALE : (LOCALES.find((locale) => locale === named) ?? null);
  } catch {
    return null;
  }
};
