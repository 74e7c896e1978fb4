/**
 * Whether a file is the operator's own: as ssh does with its keys, Lifeline runs no code that others could have
 * written. That takes the file and every folder above it. Imports nothing but Node, for the child process has it, too.
 */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

const STICKY = 0o1000;

/** By convention a group with the number of its only member is private, and many systems let it write by default. */
const isWritable = ({ mode, gid, uid }: Stats): 'everybody' | 'group' | null => {
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) !== 0 && gid !== uid ? 'group' : null;
};

/** @returns what is wrong with the file or a folder on the way to it, in a sentence that says what to do; null: nothing. */
export const distrust = (path: string): string | null => {
  let at: string;
  try {
    at = realpathSync(path);
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  // To read a pipe or a device may take for ever.
  if (!lstatSync(at).isFile()) return `${at} is no regular file`;
  const me = process.getuid?.();
  // Windows has neither owners nor modes of this kind.
  if (me === undefined) return null;
  for (;;) {
    const stats = lstatSync(at);
    if (stats.uid !== me && stats.uid !== 0) return `${at} belongs to another user (uid ${stats.uid}), who could change it; run: chown ${me} ${at}`;
    const writable = isWritable(stats);
    // In a sticky folder nobody can replace what belongs to others.
    if (writable !== null && !(stats.isDirectory() && (stats.mode & STICKY) !== 0)) {
      return `${at} can be changed by ${writable === 'everybody' ? 'everybody' : 'its whole group'}; run: chmod ${writable === 'everybody' ? 'o-w' : 'g-w'} ${at}`;
    }
    const above = dirname(at);
    if (above === at) return null;
    at = above;
  }
};
