/**
 * The lines of a private key that came apart: each in a record of its own, with its date, or without the lines that
 * say what they are. A whole line of base64 is told by itself; the last one, which is shorter, by its neighbours.
 */

/**
 * Nothing else ends a line with so many characters of base64 of all three kinds: hashes are in lower case, and hardly a
 * path has no dot, dash or underscore.
 */
const WHOLE =
  /(?<![A-Za-z0-9+/=_.~-])(?=[a-z0-9+/]{0,80}[A-Z])(?=[A-Z0-9+/]{0,80}[a-z])(?=[A-Za-z+/]{0,80}\d)[A-Za-z0-9+/]{60,80}={0,2}(?=["'\\rn,}\]]{0,4}\r?$)/;
const LAST = /(?<![A-Za-z0-9+/=_.~-])[A-Za-z0-9+/]{2,80}={0,2}(?=["'\\rn,}\]]{0,4}\r?$)/;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** For a line that has none below it. */
export const KEY_END = '-----END PRIVATE KEY-----';
/** Most texts have no line that could be one. */
const ANY_WHOLE = new RegExp(WHOLE.source, 'm');

/** Whether the line above this one is the last of a private key. */
export const endsKey = (line: string): boolean => END.test(line);

const isQuad = (line: string): boolean => (LAST.exec(line)?.[0].length ?? 1) % 4 === 0;

export const hideKeyLines = (text: string): string => {
  if (!ANY_WHOLE.test(text) && !END.test(text)) return text;
  const lines = text.split('\n');
  const isWhole = lines.map((line) => WHOLE.test(line));
  return lines
    .map((line, index) => {
      if (isWhole[index]) return line.replace(WHOLE, '***');
      const below = lines[index + 1];
      const isLast = (below !== undefined && endsKey(below)) || (isWhole[index - 1] === true && isQuad(line));
      return isLast && !line.includes('-----') ? line.replace(LAST, '***') : line;
    })
    .join('\n');
};
