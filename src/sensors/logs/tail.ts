/** What stands above a place in a file. */
import { openForeign } from '../../base/foreign/open.ts';
import type { Trust } from '../../base/foreign/trust.ts';
import { createLineSplitter } from './line-splitter.ts';

/**
 * @returns the whole lines among the `most` bytes before `offset`, oldest first. @throws RefusedFile; what the file
 * system says.
 */
export const linesBefore = async (path: string, offset: number, most: number, trust: Trust): Promise<string[]> => {
  const { handle } = await openForeign(path, trust);
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
