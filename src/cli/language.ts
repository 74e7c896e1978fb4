/**
 * The language of every subcommand, by one rule: that of the configuration in use (`locale`), of one with mistakes too;
 * without a configuration that of the environment. `lifeline init --locale` and `config reference --locale` say otherwise.
 */
import { existsSync } from 'node:fs';
import { LOCALES } from '../config/config.ts';
import { readConfigText } from '../config/readable.ts';
import type { Locale } from '../text/locale.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** As setlocale(3) takes it: LC_ALL, else LC_MESSAGES, else LANG. Whatever is not Chinese (`C.UTF-8`, none at all) is English. */
export const localeOf = (env: Environment): Locale => ((env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').startsWith('zh') ? 'zh-CN' : 'en');

/** The language that a file asks for, whether the rest of it is right or not. Never throws. */
export const localeOfFile = (file: string, env: Environment): Locale => {
  try {
    if (!existsSync(file)) return localeOf(env);
    const [, named] = /^locale: *["']?(zh-CN|en)\b/m.exec(readConfigText(file).text) ?? [];
    return LOCALES.find((locale) => locale === named) ?? DEFAULT_LOCALE;
  } catch {
    return localeOf(env);
  }
};
