/** The last lines of a log that Lifeline does not follow, with their numbers: enough to see how it is written. */
import type { FileHandle } from 'node:fs/promises';
import { openForeign } from '../../base/foreign/open.ts';
import type { Trust } from '../../base/foreign/trust.ts';
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

/** @returns null when there is no such file. @throws RefusedFile; what the file system says. */
export const sampleLog = async (path: string, trust: Trust): Promise<LogSample | null> => {
  for (const file of await logNames(path, trust)) {
    const opened = await openForeign(file, trust).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (!opened) continue;
    try {
      return await sampleOf(file, opened.handle, opened.part.size);
    } finally {
      await opened.handle.close();
    }
  }
  return null;
};

const sampleOf = async (file: string, handle: FileHandle, size: number): Promise<LogSample> => {
  const from = Math.max(0, size - TAIL_BYTES);
  const splitter = createLineSplitter();
  // The line through which the tail cuts belongs to the part before the tail.
  if (from > 0) splitter.skipLine();
  const lines: string[] = [];
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let at = from; at < size;) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, size - at), at);
    if (bytesRead === 0) break;
    lines.push(...splitter.push(chunk.subarray(0, bytesRead)));
    at += bytesRead;
  }
  const rest = splitter.flush();
  if (rest !== null && rest !== '') lines.push(rest);
  return { file, lines, firstNumber: await firstNumberAt(handle, from, chunk) };
};

/** Returns the number of the first line of a sample that begins at this byte, null when too much lies before it. */
const firstNumberAt = async (handle: FileHandle, from: number, chunk: Buffer): Promise<number | null> => {
  if (from === 0) return 1;
  // The line that the beginning cuts through is left out.
  return from <= COUNTED_BYTES ? (await linesUpTo(handle, from, chunk)) + 2 : null;
};

const linesUpTo = async (handle: FileHandle, end: number, chunk: Buffer): Promise<number> => {
  let count = 0;
  for (let at = 0; at < end;) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, end - at), at);
    if (bytesRead === 0) break;
    for (let place = chunk.indexOf(NEWLINE); place >= 0 && place < bytesRead; place = chunk.indexOf(NEWLINE, place + 1))
      count += 1;
    at += bytesRead;
  }
  return count;
};
