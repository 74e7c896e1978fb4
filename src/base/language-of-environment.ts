/** The language that the environment asks for. */

/**
 * As setlocale(3) takes it: LC_ALL, else LC_MESSAGES, else LANG. What is not Chinese, `C.UTF-8` and none at all too, is
 * English.
 */
export const localeOf = (env: Readonly<Record<string, string | undefined>>): 'zh-CN' | 'en' =>
  (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').startsWith('zh') ? 'zh-CN' : 'en';
