/** An address as a QR code for a terminal, so that the console's page is opened where its owner is logged in: the phone. */
import { encode } from 'uqr';

/** Dark on light, whatever the terminal's own colours: many cameras read no other. */
const BLACK_ON_WHITE = '\u001B[30;107m';
const PLAIN = '\u001B[0m';
/** Two rows of modules on a line: the upper half, the lower half, both, none. */
const BLOCK = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const;
/** Cameras need a light edge. */
const EDGE = 2;

export const qrLines = (text: string): readonly string[] => {
  const { data, size } = encode(text, { ecc: 'L', border: EDGE });
  const isDark = (row: number, column: number): boolean => data[row]?.[column] === true;
  return Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
    const blocks = Array.from({ length: size }, (_each, column) => {
      const [upper, lower] = [isDark(2 * line, column), isDark(2 * line + 1, column)];
      if (upper && lower) return BLOCK.both;
      if (upper) return BLOCK.upper;
      return lower ? BLOCK.lower : BLOCK.none;
    });
    return `${BLACK_ON_WHITE}${blocks.join('')}${PLAIN}`;
  });
};
