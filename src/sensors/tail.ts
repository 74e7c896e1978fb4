import { open } from 'node:fs/promises';
import { createLineSplitter } from './line-splitter.ts';

const BLOCK_BYTES = 65_536;
/** Enough for 200 long lines; a larger answer would not be read on a phone. */
const MAX_BYTES = 4_194_304;

/**
 * @returns the last `count` lines of a file, oldest first, reading from its end.
 * @throws what the file system says (`ENOENT` when there is no such file).
 */
export const tailLines = async (path: string, count: number): Promise<string[]> => {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    let from = size;
    let newlines = 0;
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    while (from > 0 && newlines <= count && size - from < MAX_BYTES) {
      const length = Math.min(BLOCK_BYTES, from);
      from -= length;
      const { bytesRead } = await handle.read(block, 0, length, from);
      for (let at = block.indexOf(0x0a); at >= 0 && at < bytesRead; at = block.indexOf(0x0a, at + 1)) newlines += 1;
    }
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    const splitter = createLineSplitter();
    const lines = splitter.push(bytes.subarray(0, bytesRead));
    const rest = splitter.flush();
    if (rest !== null) lines.push(rest);
    if (from > 0) lines.shift();
    return lines.slice(-count);
  } finally {
    await handle.close();
  }
};

/** @returns the whole lines among the `most` bytes before `offset`, oldest first. @throws what the file system says. */
export const linesBefore = async (path: string, offset: number, most: number): Promise<string[]> => {
  const handle = await open(path, 'r');
  try {
    const from = Math.max(0, offset - most);
    const bytes = Buffer.alloc(offset - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    const splitter = createLineSplitter();
    if (from > 0) splitter.skipLine();
    return splitter.push(bytes.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
};
