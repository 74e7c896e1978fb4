/** Whether a file is locked with flock(2), and by whom. Linux tells in /proc/locks; elsewhere it is unknown. */
import { stat } from 'node:fs/promises';
import { shared } from '../../base/shared-answers.ts';
import { unlessShort } from '../../base/shortage.ts';
import { readKernelText } from '../kernel-text.ts';

export interface FileLock {
  /** `major:minor` of the device, in hexadecimal. */
  readonly device: string;
  readonly inode: string;
  /** Who took it. A child that inherited it may hold it on after that process's end. */
  readonly pid: number;
}

const FLOCK = /^\d+: FLOCK +\S+ +\S+ +(\d+) ([\da-f]+:[\da-f]+):(\d+) /;

/** @returns the flock locks that are held; those that are waited for (`->`) are not. */
export const parseLocks = (text: string): readonly FileLock[] =>
  text
    .split('\n')
    .map((line) => FLOCK.exec(line))
    .filter((match) => match !== null)
    .map(([, pid = '', device = '', inode = '']) => ({ device, inode, pid: Number(pid) }));

const locksByInode = shared(async (): Promise<ReadonlyMap<string, readonly FileLock[]>> =>
  Map.groupBy(parseLocks(readKernelText('/proc/locks')), ({ inode }) => inode),
);

/** @returns the device number of stat(2) the way /proc/locks writes it. */
export const deviceName = (device: bigint): string => {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xffff_f000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffff_ff00n);
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':');
};

/**
 * @returns null when it cannot be told: no such file, another system. "Not held" means that no process which this
 * one can see holds it: a process outside of this container is not in the list.
 * @param maxAgeMs how old the answer may be.
 * @param since as `Shared` has it.
 */
export const readLock = async (
  path: string,
  maxAgeMs = 0,
  since?: number,
): Promise<{ readonly held: boolean; readonly pid: number | null } | null> => {
  if (process.platform !== 'linux') return null;
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    const sameInode = (await locksByInode(maxAgeMs, since)).get(String(ino)) ?? [];
    const lock = sameInode.find(({ device }) => device === deviceName(dev));
    if (lock) return { held: true, pid: lock.pid };
    // Btrfs and overlays give files another device than their locks, so that one of them may be this file's.
    return sameInode.length > 0 ? null : { held: false, pid: null };
  } catch (error) {
    return unlessShort(error);
  }
};
