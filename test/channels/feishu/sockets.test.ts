import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader } from '../../../src/channels/feishu/link/sockets.ts';

const headerOf = (opcode: number, payload: number): Buffer => {
  if (payload < 126) return Buffer.from([0x80 | opcode, payload]);
  if (payload < 65_536) return Buffer.from([0x80 | opcode, 126, payload >> 8, payload & 0xff]);
  const header = Buffer.concat([Buffer.from([0x80 | opcode, 127]), Buffer.alloc(8)]);
  header.writeBigUInt64BE(BigInt(payload), 2);
  return header;
};

const frame = (opcode: number, payload: number): Buffer => {
  const header = headerOf(opcode, payload);
  // A payload that looks like frames of its own.
  return Buffer.concat([header, Buffer.alloc(payload, 0x8a)]);
};

const MOST = 100_000;

/** As a socket brings it behind the handshake. */
const hear = (chunks: readonly Buffer[]): { pongs: number; data: number; tooLong: number } => {
  const heard = { pongs: 0, data: 0, tooLong: 0 };
  const incoming = createFrameReader(
    {
      frame: (what) => (what === 'pong' ? (heard.pongs += 1) : (heard.data += 1)),
      tooLong: () => (heard.tooLong += 1),
    },
    MOST,
  );
  for (const chunk of chunks) incoming(chunk);
  return heard;
};

test('answers to pings are told from all else, in whatever pieces they come', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ opcode: fc.constantFrom(2, 8, 9, 10), payload: fc.constantFrom(0, 1, 125, 126, 4_000, 70_000) }),
        { maxLength: 8 },
      ),
      fc.array(fc.nat(), { maxLength: 20 }),
      (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ opcode, payload }) => frame(opcode, payload)));
        const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].toSorted((a, b) => a - b);
        const { pongs, data, tooLong } = hear(ends.map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end)));
        expect(tooLong).toBe(0);
        expect(pongs).toBe(frames.filter(({ opcode }) => opcode === 10).length);
        // The later pieces of a frame are a sign of life as well.
        expect(data).toBeGreaterThanOrEqual(frames.length - pongs);
      },
    ),
  );
});

test('a pong in one piece with the platform’s own answer is heard', () => {
  expect(hear([Buffer.concat([frame(2, 30), frame(10, 0)])])).toMatchObject({ pongs: 1, data: 1 });
});

test.each<[string, readonly Buffer[], number]>([
  ['in one frame', [frame(2, MOST + 1).subarray(0, 10)], 1],
  [
    'of which the header comes in two pieces',
    [frame(2, MOST + 1).subarray(0, 4), frame(2, MOST + 1).subarray(4, 12)],
    1,
  ],
  ['of 2^63 bytes', [Buffer.from([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0])], 1],
  ['in several frames', [frame(2, 60_000), frame(0, 60_000)], 1],
  ['that is as long as it may be', [frame(2, MOST)], 0],
  ['after another', [frame(2, 60_000), frame(2, 60_000)], 0],
])('a message %s is told by its headers', (_what, frames, tooLong) => {
  expect(hear(frames).tooLong).toBe(tooLong);
});
