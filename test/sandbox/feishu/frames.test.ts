import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame, headerOf, type Frame } from '../../../sandbox/feishu/frames.ts';

const uint53 = fc.maxSafeNat();
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

test.each(['before', 'after'])('every frame comes back unchanged, %s the SDK is loaded', async (when) => {
  if (when === 'after') await import('@larksuiteoapi/node-sdk');
  const frames = fc.record({
    seqId: uint53,
    logId: uint53,
    service: int32,
    method: fc.constantFrom(0, 1),
    headers: fc.array(fc.record({ key: fc.string(), value: fc.string({ unit: 'grapheme' }) })),
    payload: fc.uint8Array({ maxLength: 2_000 }),
  });
  fc.assert(
    fc.property(frames, (frame: Frame) => {
      const decoded = decodeFrame(encodeFrame(frame));
      expect({ ...decoded, payload: [...decoded.payload] }).toEqual({ ...frame, payload: [...frame.payload] });
    }),
  );
});

test('the bytes are those of the published schema', () => {
  const frame = encodeFrame({
    seqId: 1,
    logId: 300,
    service: 7,
    method: 0,
    headers: [{ key: 'type', value: 'ping' }],
    payload: new Uint8Array([255]),
  });
  expect(Buffer.from(frame).toString('hex')).toBe(
    '080110ac02180720002a0c0a04747970651204' + Buffer.from('ping').toString('hex') + '4201ff',
  );
});

test('unknown fields are skipped and a missing required field is an error', () => {
  const known = Buffer.from(
    encodeFrame({
      seqId: 1,
      logId: 2,
      service: 3,
      method: 1,
      headers: [{ key: 'a', value: 'b' }],
      payload: new Uint8Array(),
    }),
  );
  const withLogIdNew = Buffer.concat([known, Buffer.from([(9 << 3) | 2, 1, 0x78])]);
  expect(headerOf(decodeFrame(withLogIdNew), 'a')).toBe('b');
  expect(() => decodeFrame(new Uint8Array([8, 1]))).toThrow('a frame needs');
  expect(() => decodeFrame(new Uint8Array([0x42, 0x7f]))).toThrow();
});
