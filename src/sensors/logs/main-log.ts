/** Which of the places where a gateway may keep its log is the one that it uses. */
import type { Trust } from '../../base/file-trust.ts';
import { newestLogFile } from './log-files.ts';

/** @returns the first at which there is a log that is trusted; else the likeliest. Never throws. */
export const mainLogOf = async (places: readonly string[], trust: Trust): Promise<string> => {
  for (const path of places) if (await isThere(path, trust)) return path;
  return places[0] ?? '';
};

const isThere = (path: string, trust: Trust): Promise<boolean> =>
  newestLogFile(path, trust).then(
    ({ inode }) => inode !== null,
    () => false,
  );
