/**
 * Text that is harmless already, inside markdown: it must stand there as it is and do nothing (docs/facts/qq.md 4.6).
 */
import { utf8Bytes, type Cost } from './split.ts';

/**
 * QQ's reading of markdown is not documented, nor whether it knows backslashes. So whatever does something (a link, a
 * picture, a tag, a mention, a heading) is broken up, and only what changes the look gets a backslash.
 */
const breakUp = (line: string): string =>
  line
    .replace(/<(?=[^\s<])/g, '< ')
    .replace(/\](?=[([:])/g, '] ')
    .replace(/!(?=\[)/g, '! ')
    .replace(/&(?=#?\w{1,31};)/g, '& ');

/** At the start of a line: headings, quotations, lists, rules, code, tables. */
const LINE_START = /^(\s*)([#>+=|-]|\d+[.)](?=\s))/;
const breakLineStart = (line: string): string =>
  line.replace(LINE_START, (_, blank: string, mark: string) => {
    if (mark === '#') return `${blank}＃`;
    if (mark === '>') return `${blank}＞`;
    return mark.length > 1 ? `${blank}${mark.slice(0, -1)}\\${mark.slice(-1)}` : `${blank}\\${mark}`;
  });

/** Emphasis and inline code. An underscore within a word is only an underscore. */
const escapeMarks = (line: string): string =>
  line.replace(/[\\`*]|~~|_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_/gu, (mark) =>
    [...mark].map((char) => `\\${char}`).join(''),
  );

/** One line, as text within markdown. Four blanks at the start would make it code. */
export const escapeLine = (line: string): string =>
  breakLineStart(escapeMarks(breakUp(line.replaceAll(/\s+/g, ' ').trim())));

/** One line within a fenced block, which it must not end. */
export const escapeCode = (line: string): string =>
  line.replaceAll(/`{3,}|~{3,}/g, (ticks) => "'".repeat(ticks.length));

/** Bytes of a code point after defanging and escaping, at most. */
export const escapedBytes: Cost = (codePoint) => {
  if (codePoint === '.' || codePoint === ':' || codePoint === '#' || codePoint === '>') return 3;
  return /[\\`*~_<\]!&+=|()-]/.test(codePoint) ? 2 : utf8Bytes(codePoint);
};
