/** The language that the environment asks for; loads nothing. */
import type { Variables } from '../../setup/paths.ts';
import type { Locale } from '../../text/locale.ts';

/**
 * As setlocale(3) takes it: LC_ALL, else LC_MESSAGES, else LANG. What is not Chinese, `C.UTF-8` and none at all too, is
 * English.
 */
export const localeOf = (env: Variables): Locale =>
  (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').startsWith('zh') ? 'zh-CN' : 'en';
