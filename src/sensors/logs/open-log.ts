/** One log file held open at a place: it stays the same file whatever happens to its name. */
import type { Trust } from '../../base/file-trust.ts';
import { openForeign } from '../../base/open-foreign.ts';
import { createLineSplitter } from './line-splitter.ts';
import { markAt, type LogCursor, type LogPlace } from './log-cursor.ts';

export interface OpenLog {
  readonly inode: string;
  /** Gives out each line up to the present end; a half line waits. @returns whether there was anything new. */
  drain(take: (line: string) => void): Promise<boolean>;
  /** Gives out the half line at the end of a file that grows no more. */
  finish(take: (line: string) => void): void;
  /** Whether the last bytes that were read are still there; a file can be truncated or overwritten. */
  stillHolds(): Promise<boolean>;
  cursor(): Promise<LogCursor>;
  /** Returns the cursor when the file cannot be read any more: without a fingerprint. */
  cursorUnmarked(): LogCursor;
  modifiedAt(): Promise<number>;
  close(): Promise<void>;
}

const CHUNK_BYTES = 262_144;
const NEWLINE = 0x0a;

/** @returns null when another file has taken the name since the place was found. */
export const openLog = async (place: LogPlace, trust: Trust): Promise<OpenLog | null> => {
  const { handle, part } = await openForeign(place.file, trust);
  if (String(part.ino) !== place.inode) {
    await handle.close();
    return null;
  }
  const { inode } = place;
  let modified = part.modifiedAt;
  const splitter = createLineSplitter();
  let { offset } = place;
  if (offset > 0) {
    const before = Buffer.alloc(1);
    await handle.read(before, 0, 1, offset - 1);
    // A tail begins anywhere; a cursor always at the beginning of a line.
    if (before[0] !== NEWLINE) splitter.skipLine();
  }
  let lastRead = await markAt(handle, offset);
  const lineStart = (): number => offset - splitter.halfLineBytes();
  const modifiedAt = async (): Promise<number> => {
    modified = Number((await handle.stat({ bigint: true })).mtimeNs) / 1e6;
    return modified;
  };

  return {
    inode,
    drain: async (take) => {
      // A log that is written faster than it is read is read to a fixed end; the next look goes on there.
      const { size: end } = await handle.stat();
      if (end <= offset) return false;
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - offset));
      while (offset < end) {
        const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, end - offset), offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        for (const line of splitter.push(chunk.subarray(0, bytesRead))) take(line);
      }
      return true;
    },
    finish: (take) => {
      const rest = splitter.flush();
      if (rest !== null) take(rest);
    },
    stillHolds: async () => (await handle.stat()).size >= offset && (await markAt(handle, offset)) === lastRead,
    cursor: async () => {
      lastRead = await markAt(handle, offset);
      const mark = lineStart() === offset ? lastRead : await markAt(handle, lineStart());
      return { inode, offset: lineStart(), mark, modifiedAt: await modifiedAt() };
    },
    cursorUnmarked: () => ({ inode, offset: lineStart(), mark: '', modifiedAt: modified }),
    modifiedAt,
    close: () => handle.close(),
  };
};
