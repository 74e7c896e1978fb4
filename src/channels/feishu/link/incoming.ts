/**
 * Tells what comes in on the long connection, from the bytes alone: answers to our own pings, or more than that. The
 * two may come in one piece, and a frame in several.
 */
const END_OF_HEAD = '\r\n\r\n';
const PONG = 0xa;

/** @returns the length of a frame's header and of its payload; null: the header is not whole yet. RFC 6455, 5.2. */
const measure = (bytes: Buffer): { readonly header: number; readonly payload: number } | null => {
  const [, second] = bytes;
  if (second === undefined) return null;
  // The platform's frames are not masked; one that is would still be measured right.
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  const long = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + long) return null;
  return { header: 2 + long + mask, payload: long === 0 ? short : long === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)) };
};

/** @returns a function that takes the bytes of one socket from the first on. */
export const createIncoming = (on: { readonly head: (head: Buffer) => void; readonly frame: (what: 'pong' | 'data') => void }): ((chunk: Buffer) => void) => {
  let head = true;
  /** What could not be told yet: the beginning of the head, or of a frame's header. */
  let pending: Buffer = Buffer.alloc(0);
  let skip = 0;

  return (chunk) => {
    let bytes = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    pending = Buffer.alloc(0);
    if (head) {
      const end = bytes.indexOf(END_OF_HEAD);
      if (end < 0) {
        pending = bytes.subarray(0, 65_536);
        return;
      }
      head = false;
      on.head(bytes.subarray(0, end));
      bytes = bytes.subarray(end + END_OF_HEAD.length);
    }
    while (bytes.length > 0) {
      if (skip > 0) {
        const skipped = Math.min(skip, bytes.length);
        skip -= skipped;
        bytes = bytes.subarray(skipped);
        // A long frame on its way is a sign of life.
        on.frame('data');
        continue;
      }
      const size = measure(bytes);
      if (!size) {
        pending = bytes;
        return;
      }
      const isPong = ((bytes[0] ?? 0) & 0x0f) === PONG;
      const length = size.header + size.payload;
      skip = Math.max(0, length - bytes.length);
      bytes = bytes.subarray(length);
      on.frame(isPong ? 'pong' : 'data');
    }
  };
};
