/**
 * Cuts a text into parts that QQ takes: it counts bytes, and says nothing when it cuts off the rest (docs/facts/qq.md
 * 4.6).
 */

/** How much of the limit a code point takes. */
export type Cost = (codePoint: string) => number;

export const utf8Bytes: Cost = (codePoint) => Buffer.byteLength(codePoint, 'utf8');

/** The number of code units from `start` that fit. At least one code point, whatever it costs. */
const fitting = (text: string, start: number, limit: number, cost: Cost): number => {
  let length = 0;
  let total = 0;
  for (const codePoint of text.slice(start)) {
    total += cost(codePoint);
    if (total > limit && length > 0) break;
    length += codePoint.length;
  }
  return length;
};

/**
 * Splits on line ends where there is one, else between code points. Each part costs at most `limit`; the parts
 * joined are the text, but for the one line end that each cut at a line end takes away.
 */
export const split = (text: string, limit: number, cost: Cost = utf8Bytes): string[] => {
  const parts: string[] = [];
  let start = 0;
  while (start < text.length) {
    const length = fitting(text, start, limit, cost);
    const end = start + length;
    const lineEnd = text.lastIndexOf('\n', end);
    if (end === text.length || lineEnd <= start) {
      parts.push(text.slice(start, end));
      start = end;
    } else {
      parts.push(text.slice(start, lineEnd));
      start = lineEnd + 1;
    }
  }
  return parts;
};
