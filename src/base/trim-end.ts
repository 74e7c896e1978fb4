/**
 * Does the work of patterns such as `/x+$/`, which take the square of the length of a text that has many x and does not
 * end with one.
 */

/** @returns the text without these characters at its end. */
export const trimEndOf = (text: string, characters: string): string => {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

/** A folder without the slashes behind it; the root keeps its own. */
export const withoutSlashes = (path: string): string => trimEndOf(path, '/') || path.slice(0, 1);

/** @returns a line without its comment, which begins with `#` after a blank or at the beginning. */
export const withoutComment = (line: string): string => {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1))
    if (at === 0 || /\s/.test(line.charAt(at - 1))) return line.slice(0, Math.max(0, at - 1));
  return line;
};
