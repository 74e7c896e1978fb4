/** The process that Lifeline is, as others on this machine can find it. */
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { kernelTextOrNull } from '../../sensors/kernel-text.ts';
import { parseStat } from '../../sensors/process/proc-linux.ts';
import { stillLives } from '../../sensors/process/proc.ts';
import type { MarkedProcess } from './alive-mark.ts';

/** @returns the machine and the pid namespace; without /proc there is one namespace. */
const placeHere = (): string => {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
};

/** @returns null where this process cannot be looked at: a mark that names none says nothing wrong of it. */
export const ownProcess = (): MarkedProcess | null => {
  const found = { pid: process.pid, place: placeHere() };
  // Where there is no /proc, a process is told by its pid alone.
  if (process.platform !== 'linux') return { ...found, startTime: 0 };
  const stat = parseStat(kernelTextOrNull('/proc/self/stat') ?? '');
  return stat && { ...found, startTime: stat.startTime };
};

/** Whether this process is known to have ended; false where it cannot be seen from here. */
export const hasEnded = ({ place, ...identity }: MarkedProcess): boolean => {
  try {
    return place === placeHere() && !stillLives(identity);
  } catch {
    return false;
  }
};
