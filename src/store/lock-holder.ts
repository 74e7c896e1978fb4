/** Who holds a lock of SQLite's on a file, by the kernel's own list. */
import { chmodSync, closeSync, lstatSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';

/** `1: POSIX  ADVISORY  WRITE 1234 00:2a:5678 …`, by inode; one that is waited for has `->`. */
const POSIX = /^\d+: POSIX +\S+ +(?:READ|WRITE) +(\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /;

/** @returns the numbers of the processes, none where the system does not say. */
export const lockHolders = (file: string): readonly number[] => {
  try {
    const { ino } = statSync(file, { bigint: true });
    const found = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, pid, inode] = POSIX.exec(line) ?? [];
        return inode === String(ino) && Number(pid) > 0 ? [Number(pid)] : [];
      });
    return [...new Set(found)];
  } catch {
    return [];
  }
};

/** Whether only processes of other people hold it, which can be no Lifeline of this data folder. Root may be one. */
export const isHeldByStrangers = (file: string): boolean => {
  const holders = lockHolders(file).map(userOf);
  const ours = new Set([0, process.getuid?.()]);
  return holders.length > 0 && holders.every((uid) => uid !== null && !ours.has(uid));
};

const userOf = (pid: number): number | null => {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
};

/**
 * The file that is locked, for its owner alone: whoever can read it can hold its lock. One that is there is not opened,
 * for to close it again would give up this process's own lock on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export const makeLockFile = (path: string): void => {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    // A pipe or a link in its place is nobody's lock.
    if (there && !there.isFile()) rmSync(path, { force: true, recursive: true });
    else if (there) return (there.mode & 0o077) === 0 ? undefined : chmodSync(path, 0o600);
    closeSync(openSync(path, 'ax', 0o600));
  } catch {
    // A disk that is read-only, or full: SQLite says what can be done there.
  }
};
