/**
 * The frames of the long connection: protobuf (proto2, package pbbp2) messages `Frame` and `Header`, written out
 * by hand because there are only two of them. Field numbers: docs/facts/feishu.md 1.3.
 */
import protobuf from 'protobufjs/minimal.js';

export interface Header {
  readonly key: string;
  readonly value: string;
}

export interface Frame {
  /**
   * At most 2^53 - 1: the Node SDK turns protobufjs's 64-bit support off for the whole process, so its acks bring
   * larger numbers back rounded.
   */
  readonly seqId: number;
  readonly logId: number;
  readonly service: number;
  readonly method: number;
  readonly headers: readonly Header[];
  readonly payload: Uint8Array;
}

export const CONTROL = 0;
export const DATA = 1;

const field = (number: number, wireType: number): number => (number << 3) | wireType;
const VARINT = 0;
const BYTES = 2;

export const encodeFrame = (frame: Frame): Uint8Array => {
  const writer = protobuf.Writer.create();
  writer.uint32(field(1, VARINT)).uint64(frame.seqId);
  writer.uint32(field(2, VARINT)).uint64(frame.logId);
  writer.uint32(field(3, VARINT)).int32(frame.service);
  writer.uint32(field(4, VARINT)).int32(frame.method);
  for (const { key, value } of frame.headers) {
    writer.uint32(field(5, BYTES)).fork();
    writer.uint32(field(1, BYTES)).string(key).uint32(field(2, BYTES)).string(value).ldelim();
  }
  if (frame.payload.length > 0) writer.uint32(field(8, BYTES)).bytes(frame.payload);
  return writer.finish();
};

/** A number or a Long, depending on whether the SDK was loaded in this process. */
const uint64 = (reader: protobuf.Reader): number => {
  const value = reader.uint64() as number | { readonly high: number; readonly low: number };
  return typeof value === 'number' ? value : (value.high >>> 0) * 2 ** 32 + (value.low >>> 0);
};

const decodeHeader = (reader: protobuf.Reader): Header => {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value = '';
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === field(1, BYTES)) key = reader.string();
    else if (tag === field(2, BYTES)) value = reader.string();
    else reader.skipType(tag & 7);
  }
  return { key, value };
};

/** @throws RangeError or Error for bytes that are no frame. */
export const decodeFrame = (bytes: Uint8Array): Frame => {
  const reader = protobuf.Reader.create(bytes);
  const headers: Header[] = [];
  let [seqId, logId, service, method] = [NaN, NaN, NaN, NaN];
  let payload: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === field(1, VARINT)) seqId = uint64(reader);
    else if (tag === field(2, VARINT)) logId = uint64(reader);
    else if (tag === field(3, VARINT)) service = reader.int32();
    else if (tag === field(4, VARINT)) method = reader.int32();
    else if (tag === field(5, BYTES)) headers.push(decodeHeader(reader));
    else if (tag === field(8, BYTES)) payload = reader.bytes();
    else reader.skipType(tag & 7);
  }
  if ([seqId, logId, service, method].some(Number.isNaN)) {
    throw new Error('a frame needs SeqID, LogID, service and method');
  }
  return { seqId, logId, service, method, headers, payload };
};

export const headerOf = (frame: Frame, key: string): string | undefined =>
  frame.headers.find((header) => header.key === key)?.value;
