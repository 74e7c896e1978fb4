/** What stands above a place in a file. */
import { open } from 'node:fs/promises';
import { createLineSplitter } from './line-splitter.ts';

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
