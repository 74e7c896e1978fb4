/** The language of a command that has no configuration to ask. */
import type { Locale } from '../text/locale.ts';

/** As setlocale(3) takes it: LC_ALL, else LC_MESSAGES, else LANG. */
export const localeOf = (env: Readonly<Record<string, string | undefined>>): Locale => ((env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').startsWith('zh') ? 'zh-CN' : 'en');
