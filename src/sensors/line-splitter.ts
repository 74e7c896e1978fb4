/** Cuts a stream of bytes into lines: half lines wait, over-long ones are cut, no byte sequence is an error. */

/** Longer lines are cut; what follows up to the line end is dropped. */
const MAX_LINE_BYTES = 1_048_576;

const NEWLINE = 0x0a;

export interface LineSplitter {
  /** @returns the lines that these bytes complete. */
  push(bytes: Buffer): string[];
  /** @returns the half line that waits, and forgets it; null when there is none. */
  flush(): string | null;
}

export const createLineSplitter = (maxLineBytes = MAX_LINE_BYTES): LineSplitter => {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const keep = (bytes: Buffer): void => {
    const room = maxLineBytes - waitingBytes;
    if (room <= 0 || bytes.length === 0) return;
    const kept = Buffer.from(bytes.subarray(0, room));
    waiting.push(kept);
    waitingBytes += kept.length;
  };
  const take = (): string => {
    const line = decode(Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
    return line;
  };
  return {
    push: (bytes) => {
      const lines: string[] = [];
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        keep(bytes.subarray(from, end));
        lines.push(take());
        from = end + 1;
      }
      keep(bytes.subarray(from));
      return lines;
    },
    flush: () => (waitingBytes > 0 ? take() : null),
  };
};

/** Invalid UTF-8 becomes replacement characters; NUL bytes (a crash leaves holes of them) and a CR at the end go. */
const decode = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', '').replace(/\r$/, '');
