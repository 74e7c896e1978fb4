/** Makes answers fit a phone: no endless line, and no more lines than a message takes. */

/** A phone shows no more of a line. */
export const MAX_LINE = 200;
/** Of the lines of one message; its title, note and the words of the channel come on top. */
export const MAX_CHARACTERS = 2_600;

/** @returns the text on one line of at most `most` characters. What is cut keeps its beginning. */
export const oneLine = (text: string, most = MAX_LINE): string => {
  // Blanks stay as they are: those at the beginning set a line in.
  const flat = text
    .slice(0, most * 2)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trimEnd();
  // Not between the halves of a character.
  return flat.length > most || text.length > most * 2
    ? `${flat.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
    : flat;
};

export interface Fitting {
  readonly shown: readonly string[];
  /** How many there was no room for. */
  readonly left: number;
}

/** The first of the lines, each cut to a phone's width; `most` of them at most. */
export const fitting = (
  lines: readonly string[],
  most = Number.POSITIVE_INFINITY,
  characters = MAX_CHARACTERS,
): Fitting => {
  const shown: string[] = [];
  let room = characters;
  for (const line of lines) {
    const cut = oneLine(line);
    room -= cut.length + 1;
    if (shown.length >= most || room < 0) break;
    shown.push(cut);
  }
  return { shown, left: lines.length - shown.length };
};
