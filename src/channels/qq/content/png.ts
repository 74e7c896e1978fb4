/** A chart as a PNG: coloured bars without text, so that no font is needed (https://www.w3.org/TR/png-3/). Pure. */
import { crc32, deflateSync } from 'node:zlib';
import { HOUR_HEIGHT, HOUR_STATES, type Chart, type HourState } from '../../../chat/message/message.ts';

/** In pixels. A phone shows it about 300 wide, and three times as sharp. */
const BAR = { width: 28, gap: 6, height: 120, between: 40, margin: 24 };
/** Colours that are seen on white, the background, by people who do not tell red from green too: they differ in light. */
const COLOUR: Readonly<Record<HourState, readonly [number, number, number]>> = {
  well: [46, 160, 67],
  mostly: [240, 190, 20],
  hardly: [240, 130, 0],
  out: [190, 30, 30],
  unwatched: [200, 205, 212],
};
const PALETTE: readonly (readonly [number, number, number])[] = [
  [255, 255, 255],
  ...HOUR_STATES.map((state) => COLOUR[state]),
];

/** A row of bars for each gateway, in the order of the text. */
export const chartPicture = ({ rows }: Pick<Chart, 'rows'>): Buffer => {
  const bars = Math.max(1, ...rows.map(({ hours }) => hours.length));
  const width = 2 * BAR.margin + bars * (BAR.width + BAR.gap) - BAR.gap;
  const height = 2 * BAR.margin + rows.length * (BAR.height + BAR.between) - BAR.between;
  // Each line of pixels begins with its filter: none.
  const line = width + 1;
  const pixels = Buffer.alloc(line * height);
  for (const [row, { hours }] of rows.entries())
    for (const [index, state] of hours.entries()) {
      const left = 1 + BAR.margin + index * (BAR.width + BAR.gap);
      const bottom = BAR.margin + row * (BAR.height + BAR.between) + BAR.height;
      for (let y = bottom - Math.round((BAR.height * HOUR_HEIGHT[state]) / 100); y < bottom; y += 1)
        pixels.fill(1 + HOUR_STATES.indexOf(state), y * line + left, y * line + left + BAR.width);
    }
  return png(width, height, pixels);
};

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const BITS = 8;
const INDEXED = 3;

const png = (width: number, height: number, pixels: Buffer): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.writeUInt8(BITS, 8);
  head.writeUInt8(INDEXED, 9);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(PALETTE.flat())),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};
