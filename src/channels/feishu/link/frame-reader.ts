/**
 * Reads the frames of the long connection from its bytes and tells answers to our own pings from other data. Several
 * frames may come in one chunk, and one frame in several. Messages have a limit here; the SDK's own is 100 MB.
 */
const END_OF_HEAD = '\r\n\r\n';
/** An interim answer, of which any number may come before the answer itself (RFC 9110, 15.2). */
const INTERIM = /^HTTP\/1\.\d 1(?!01)\d\d/;
const PONG = 0xa;
const CONTINUATION = 0;
/** Opcodes from here on are control frames, which carry 125 bytes at most. */
const FIRST_CONTROL = 8;

/** @returns the length of a frame's header and of its payload; null: the header is not whole yet. RFC 6455, 5.2. */
const measure = (bytes: Buffer): { readonly header: number; readonly payload: number } | null => {
  const [, second] = bytes;
  if (second === undefined) return null;
  // The platform's frames are not masked; a masked one would still be measured right.
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  const long = { 126: 2, 127: 8 }[short] ?? 0;
  if (bytes.length < 2 + long) return null;
  const header = 2 + long + mask;
  if (long === 0) return { header, payload: short };
  return { header, payload: long === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)) };
};

export interface FrameEvents {
  readonly head: (head: Buffer) => void;
  readonly frame: (what: 'pong' | 'data') => void;
  /** A message is longer than `mostBytes`. Told from its frames' headers, before it is there. */
  readonly tooLong: () => void;
}

/** @returns a function that takes the bytes of one socket from the first on. */
export const createFrameReader = (on: FrameEvents, mostBytes: number): ((chunk: Buffer) => void) => {
  let head = true;
  /** The size so far of a message, which may come in several frames (RFC 6455, 5.4). */
  let messageBytes = 0;
  /** Bytes of a head or of a frame's header that is not whole yet. */
  let pending: Buffer = Buffer.alloc(0);
  let skip = 0;

  return (chunk) => {
    let bytes = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    pending = Buffer.alloc(0);
    while (head) {
      const end = bytes.indexOf(END_OF_HEAD);
      if (end < 0) {
        pending = bytes.subarray(0, 65_536);
        return;
      }
      const [first, rest] = [bytes.subarray(0, end), bytes.subarray(end + END_OF_HEAD.length)];
      if (INTERIM.test(first.subarray(0, 16).toString('latin1'))) {
        bytes = rest;
        continue;
      }
      head = false;
      on.head(first);
      // The WebSocket library puts the bytes behind the head back into the socket, so that they come here again.
      return;
    }
    while (bytes.length > 0) {
      if (skip > 0) {
        const skipped = Math.min(skip, bytes.length);
        skip -= skipped;
        bytes = bytes.subarray(skipped);
        // Each chunk of a long frame shows that the platform is there.
        on.frame('data');
        continue;
      }
      const size = measure(bytes);
      if (!size) {
        pending = bytes;
        return;
      }
      const opcode = (bytes[0] ?? 0) & 0x0f;
      const isPong = opcode === PONG;
      if (opcode < FIRST_CONTROL) {
        messageBytes = size.payload + (opcode === CONTINUATION ? messageBytes : 0);
        if (messageBytes > mostBytes) return on.tooLong();
      }
      const length = size.header + size.payload;
      skip = Math.max(0, length - bytes.length);
      bytes = bytes.subarray(length);
      on.frame(isPong ? 'pong' : 'data');
    }
  };
};
