/** The last lines of a file, or those above a place in it. */
import type { FileHandle } from 'node:fs/promises';
import type { Trust } from '../../base/file-trust.ts';
import { openForeign } from '../../base/open-foreign.ts';
import { logNames, isMissing } from './log-files.ts';
import { createLineSplitter } from './line-splitter.ts';

export interface LogSample {
  /** The file that is written now, or was last. */
  readonly file: string;
  /** Oldest first. */
  readonly lines: readonly string[];
  /** The number of the first of these lines, from 1; null: there are too many before it to be counted. */
  readonly firstNumber: number | null;
}

const TAIL_BYTES = 1_048_576;
/** Lines are counted in files up to this size, in some tens of milliseconds. */
const COUNTED_BYTES = 67_108_864;
const CHUNK_BYTES = 262_144;
const NEWLINE = 0x0a;

/**
 * The end of a log that Lifeline does not follow: enough to see how it is written.
 * @returns null when there is no such file. @throws RefusedFile; what the file system says.
 */
export const sampleLog = async (path: string, trust: Trust): Promise<LogSample | null> => {
  for (const file of await logNames(path, trust)) {
    const opened = await openForeign(file, trust).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (!opened) continue;
    const { handle, part } = opened;
    try {
      const { lines, rest } = await linesIn(handle, part.size, TAIL_BYTES);
      const isWhole = rest === null || rest === '';
      return {
        file,
        lines: isWhole ? lines : [...lines, rest],
        firstNumber: await firstNumberAt(handle, part.size - TAIL_BYTES),
      };
    } finally {
      await handle.close();
    }
  }
  return null;
};

/**
 * @returns the whole lines among the `most` bytes before `offset`, oldest first. @throws RefusedFile; what the file
 * system says.
 */
export const linesBefore = async (
  path: string,
  offset: number,
  most: number,
  trust: Trust,
): Promise<readonly string[]> => {
  const { handle } = await openForeign(path, trust);
  try {
    return (await linesIn(handle, offset, most)).lines;
  } finally {
    await handle.close();
  }
};

const linesIn = async (
  handle: FileHandle,
  end: number,
  most: number,
): Promise<{ readonly lines: readonly string[]; readonly rest: string | null }> => {
  const from = Math.max(0, end - most);
  const bytes = Buffer.alloc(end - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  const splitter = createLineSplitter();
  // The beginning may cut through a line.
  if (from > 0) splitter.skipLine();
  return { lines: splitter.push(bytes.subarray(0, bytesRead)), rest: splitter.flush() };
};

/** Returns the number of the first whole line of a sample that begins at this byte, null when too much lies before it. */
const firstNumberAt = async (handle: FileHandle, from: number): Promise<number | null> => {
  if (from <= 0) return 1;
  if (from > COUNTED_BYTES) return null;
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let count = 0;
  for (let at = 0; at < from;) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, from - at), at);
    if (bytesRead === 0) break;
    for (let place = chunk.indexOf(NEWLINE); place >= 0 && place < bytesRead; place = chunk.indexOf(NEWLINE, place + 1))
      count += 1;
    at += bytesRead;
  }
  // The line that the beginning cuts through is left out.
  return count + 2;
};
