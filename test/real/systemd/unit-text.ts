/** systemd's own quoting of a word; `%` would name one of its specifiers and `$` a variable. */
export const quoted = (word: string): string =>
  `"${word.replaceAll('%', '%%').replaceAll('$', '$$$$').replace(/["\\]/g, '\\$&')}"`;
