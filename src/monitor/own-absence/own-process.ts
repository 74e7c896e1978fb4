/** The process that Lifeline is, as others on this machine can find it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
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

export const ownProcess = (): MarkedProcess => ({
  pid: process.pid,
  // Where there is no /proc, a process is told by its pid alone.
  startTime: process.platform === 'linux' ? (parseStat(readFileSync('/proc/self/stat', 'utf8'))?.startTime ?? 0) : 0,
  place: placeHere(),
});

/** Whether this process is known to have ended; false where it cannot be seen from here. */
export const hasEnded = ({ place, ...identity }: MarkedProcess): boolean =>
  place === placeHere() && !stillLives(identity);
