import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader } from '../../../src/channels/feishu/link/frame-reader.ts';

const HEAD = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket');

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

/** As a socket brings it: what came in one piece with the head comes once more, alone. */
const hear = (chunks: readonly Buffer[]): { heads: string[]; pongs: number; data: number; tooLong: number } => {
  const heard = { heads: [] as string[], pongs: 0, data: 0, tooLong: 0 };
  const incoming = createFrameReader(
    {
      head: (head) => heard.heads.push(head.toString()),
      frame: (what) => (what === 'pong' ? (heard.pongs += 1) : (heard.data += 1)),
      tooLong: () => (heard.tooLong += 1),
    },
    MOST,
  );
  let seen = Buffer.alloc(0);
  for (const chunk of chunks) {
    const before = heard.heads.length;
    incoming(chunk);
    seen = Buffer.concat([seen, chunk]);
    const behind = seen.subarray(seen.lastIndexOf('\r\n\r\n') + 4);
    if (heard.heads.length > before && behind.length > 0) incoming(behind);
  }
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
        const bytes = Buffer.concat([
          HEAD,
          Buffer.from('\r\n\r\n'),
          ...frames.map(({ opcode, payload }) => frame(opcode, payload)),
        ]);
        const ends = [...new Set(cuts.map((cut) => cut % bytes.length)), bytes.length].toSorted((a, b) => a - b);
        const { heads, pongs, data, tooLong } = hear(ends.map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end)));
        expect([heads, tooLong]).toEqual([[HEAD.toString()], 0]);
        expect(pongs).toBe(frames.filter(({ opcode }) => opcode === 10).length);
        // The later pieces of a frame are a sign of life as well.
        expect(data).toBeGreaterThanOrEqual(frames.length - pongs);
      },
    ),
  );
});

test('a pong in one piece with the platform’s own answer is heard', () => {
  expect(
    hear([Buffer.concat([HEAD, Buffer.from('\r\n\r\n')]), Buffer.concat([frame(2, 30), frame(10, 0)])]),
  ).toMatchObject({ pongs: 1, data: 1 });
});

test('a head that never ends is not kept without bound', () => {
  expect(hear(Array.from({ length: 100 }, () => Buffer.alloc(10_000, 0x41)))).toEqual({
    heads: [],
    pongs: 0,
    data: 0,
    tooLong: 0,
  });
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
  expect(hear([Buffer.concat([HEAD, Buffer.from('\r\n\r\n')]), ...frames]).tooLong).toBe(tooLong);
});

test('a head that another one goes before is the second', () => {
  const bytes = Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'), HEAD, Buffer.from('\r\n\r\n')]);
  expect(hear([bytes, frame(2, MOST + 1)])).toMatchObject({ heads: [HEAD.toString()], tooLong: 1 });
});
