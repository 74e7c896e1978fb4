/** Cuts a stream of bytes into lines: half lines wait, over-long ones are cut, no byte sequence is an error. */

/** Longer lines are cut; what follows up to the line end is dropped. */
export const MAX_LINE_BYTES = 1_048_576;

const NUL = 0x00;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface LineSplitter {
  /** @returns the lines that these bytes complete. */
  push(bytes: Buffer): string[];
  /** @returns the half line that waits, and forgets it; null when there is none. */
  flush(): string | null;
  /** Drops everything up to the next line end: the stream begins in the middle of a line. */
  skipLine(): void;
  /** How many bytes of the stream the half line takes, those included that were not kept. */
  halfLineBytes(): number;
}

export const createLineSplitter = (maxLineBytes = MAX_LINE_BYTES): LineSplitter => {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let halfLineBytes = 0;
  let skipping = false;
  const keep = (bytes: Buffer): void => {
    halfLineBytes += bytes.length;
    const room = maxLineBytes - keptBytes;
    if (skipping || room <= 0 || bytes.length === 0) return;
    // A hole of NUL bytes may be larger than the memory, and must not use up the room of the text behind it.
    const text = (bytes.includes(NUL) ? withoutNul(bytes) : Buffer.from(bytes)).subarray(0, room);
    if (text.length === 0) return;
    kept.push(text);
    keptBytes += text.length;
  };
  /** Ends the half line. @returns it, or null when it was to be skipped. */
  const take = (): string | null => {
    const bytes = kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept);
    const line = skipping ? null : decode(bytes);
    kept = [];
    keptBytes = 0;
    halfLineBytes = 0;
    skipping = false;
    return line;
  };
  return {
    push: (bytes) => {
      const lines: string[] = [];
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        keep(bytes.subarray(from, end));
        const line = take();
        if (line !== null) lines.push(line);
        from = end + 1;
      }
      keep(bytes.subarray(from));
      return lines;
    },
    flush: () => (halfLineBytes > 0 ? take() : null),
    skipLine: () => {
      skipping = true;
    },
    halfLineBytes: () => halfLineBytes,
  };
};

/** Colours tell nothing that the words beside them do not. */
const COLOUR = /\u001b\[[\d;]*m/g;
const BYTE_ORDER_MARK = '\uFEFF';

/** @returns the text of a line that is whole in these bytes. */
export const lineText = (bytes: Buffer): string =>
  decode((bytes.includes(NUL) ? withoutNul(bytes) : bytes).subarray(0, MAX_LINE_BYTES));

/** Invalid UTF-8 becomes replacement characters; a CR at the end, a byte order mark and colours go. */
const decode = (bytes: Buffer): string => {
  const text = bytes.toString('utf8', 0, bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length);
  const plain = text.replace(COLOUR, '');
  return plain.startsWith(BYTE_ORDER_MARK) ? plain.slice(1) : plain;
};

/** Counts first: a hole takes no memory at all. */
const withoutNul = (bytes: Buffer): Buffer => {
  let length = 0;
  for (const byte of bytes) if (byte !== NUL) length += 1;
  const text = Buffer.alloc(length);
  let at = 0;
  for (const byte of bytes) {
    if (byte !== NUL) {
      text[at] = byte;
      at += 1;
    }
  }
  return text;
};
