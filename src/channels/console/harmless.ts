/**
 * Text that others wrote, for a terminal: what could move its cursor, change its colours or turn its writing is shown
 * and not obeyed.
 */

/** Control characters, separators of lines and paragraphs, and marks of direction. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;
const NAMED: Readonly<Record<string, string>> = { '\t': '    ', '\r': '\\r' };

const shown = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return (
    NAMED[character] ??
    (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
  );
};

/** The lines of a text. */
export const harmlessLines = (text: string): readonly string[] =>
  text
    .toWellFormed()
    .split(/\r?\n/)
    .map((line) => line.replaceAll(OBEYED, shown));

export const harmlessLine = (text: string): string => harmlessLines(text).join(' ');
