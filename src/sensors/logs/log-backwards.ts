/** The lines of log files from the newest to the oldest, read in chunks from the end, however large the files are. */
import type { FileHandle } from 'node:fs/promises';
import { openForeign } from '../../base/foreign/open.ts';
import { refusalOfOne, type Refusal } from '../../base/foreign/refusal.ts';
import type { Trust } from '../../base/foreign/trust.ts';
import { createLineSplitter } from './line-splitter.ts';
import type { LogFile } from './log-files.ts';

/** A log file held open with the size that it had then: what is written later is newer than the search. */
export interface Snapshot extends LogFile {
  readonly handle: FileHandle;
}

export interface RawLine {
  readonly text: string;
  readonly file: Snapshot;
  /** Of its first byte. */
  readonly start: number;
  /** Behind its line end. */
  readonly end: number;
}

/** What a chunk completed, newest first; `from` is where the next chunk ends. */
export interface LineChunk {
  readonly lines: readonly RawLine[];
  readonly file: Snapshot;
  readonly from: number;
  readonly bytes: number;
  /** Nothing but NUL: a file that was truncated under its writer has such holes, larger than all the text. */
  readonly hole: boolean;
}

const NEWLINE = 0x0a;
const NUL = 0x00;
/** The line splitter keeps no more of a line. */
const LINE_BYTES = 1_048_576;

/**
 * @returns those that exist and are trusted, newest first, each once although a rotation may rename them meanwhile. The
 * caller closes them.
 */
export const openAll = async (
  names: readonly string[],
  trust: Trust,
): Promise<{ readonly files: readonly Snapshot[]; readonly refused: readonly Refusal[] }> => {
  const files: Snapshot[] = [];
  const refused: Refusal[] = [];
  try {
    for (const [rotation, name] of names.entries()) {
      const opened = await openForeign(name, trust).catch((error: unknown) => refusalOfOne(name, error));
      if (opened === null) continue;
      if ('why' in opened) {
        refused.push(opened);
        continue;
      }
      const { handle, part } = opened;
      const inode = String(part.ino);
      if (files.some((file) => file.inode === inode)) await handle.close();
      else files.push({ file: name, rotation, inode, size: part.size, modifiedAt: part.modifiedAt, handle });
    }
    return { files, refused };
  } catch (error) {
    await closeAll(files);
    throw error;
  }
};

export const closeAll = async (files: readonly Snapshot[]): Promise<void> => {
  for (const { handle } of files) await handle.close();
};

/**
 * Reads one file backwards from `end`, which is at the beginning of a line, or in the middle of one that then counts as
 * whole.
 */
export const readBackwards = async function* (
  file: Snapshot,
  end: number,
  chunkBytes: number,
): AsyncGenerator<LineChunk> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const nothing = Buffer.alloc(chunkBytes);
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let lineEnd = end;
  for (let to = end; to > 0;) {
    const from = Math.max(0, to - chunkBytes);
    // Fewer bytes than asked for: the file was truncated meanwhile.
    const { bytesRead } = await file.handle.read(chunk, 0, to - from, from);
    let bytes = chunk.subarray(0, bytesRead);
    // The last line's own end.
    if (to === end && bytes.at(-1) === NEWLINE) bytes = bytes.subarray(0, -1);
    const first = from === 0 ? -1 : bytes.indexOf(NEWLINE);
    const hole = from > 0 && bytes.equals(nothing.subarray(0, bytes.length));
    if (hole || (bytesRead === 0 && tailBytes === 0)) {
      yield { lines: [], file, from, bytes: bytesRead, hole };
    } else if (from > 0 && first < 0) {
      const text = Buffer.from(bytes.includes(NUL) ? bytes.filter((byte) => byte !== NUL) : bytes);
      tail.unshift(text);
      tailBytes += text.length;
      while (tail.length > 1 && tailBytes - (tail.at(-1)?.length ?? 0) >= LINE_BYTES)
        tailBytes -= tail.pop()?.length ?? 0;
      yield { lines: [], file, from, bytes: bytesRead, hole };
    } else {
      const splitter = createLineSplitter(LINE_BYTES);
      const texts = splitter.push(Buffer.concat([bytes.subarray(first + 1), ...tail]));
      texts.push(splitter.flush() ?? '');
      const starts = startsOf(bytes, first + 1);
      const lines: RawLine[] = [];
      for (let at = texts.length - 1; at >= 0; at -= 1) {
        const start = from + (starts[at] ?? 0);
        lines.push({ text: texts[at] ?? '', file, start, end: lineEnd });
        lineEnd = start;
      }
      tail = first > 0 ? [Buffer.from(bytes.subarray(0, first))] : [];
      tailBytes = tail[0]?.length ?? 0;
      yield { lines, file, from, bytes: bytesRead, hole };
    }
    to = from;
  }
};

/** Where the lines begin in `bytes`, from the one at `first` on. */
const startsOf = (bytes: Buffer, first: number): number[] => {
  const starts = [first];
  for (let at = bytes.indexOf(NEWLINE, first); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) starts.push(at + 1);
  return starts;
};
