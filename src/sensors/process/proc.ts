/** What runs on this machine: one process by its pid, or all of them. */
import type { ProcessIdentity, ProcessSeen } from '../../diagnosis/evidence.ts';
import { linuxProcesses, livesSync } from './proc-linux.ts';
import { psProcesses } from './proc-ps.ts';
import { ENDED, type ProcessSnapshot, type ProcessTable } from './process-table.ts';
import type { ProcessPlace } from '../../gateways/gateway-kind.ts';

const table: ProcessTable = process.platform === 'linux' ? linuxProcesses : psProcesses;

export const readProcess = (pid: number): Promise<ProcessSnapshot | null> => table.read(pid);
/** As `ProcessTable.list`. */
export const listProcesses = (anew = true): Promise<readonly ProcessSnapshot[]> => table.list(anew);
export const processEnvironment = (pid: number): Promise<Readonly<Record<string, string>> | null> =>
  table.environment(pid);
export const processPlace = (pid: number): Promise<ProcessPlace> => table.place(pid);
export const ownPidOf = (pid: number): Promise<{ readonly pid: number; readonly depth: number }> => table.ownPid(pid);

/**
 * Whether this very process still lives, told at once. Where there is no /proc, only that some process has this pid,
 * which is true of a zombie and of a pid that was used again: a look then tells.
 */
export const stillLives = (identity: ProcessIdentity): boolean => {
  if (process.platform === 'linux') return livesSync(identity);
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

export const processMemory = (pid: number): Promise<number | null> => table.memory(pid);

/** How deep a tree of processes can be that is no mistake. */
const DEEPEST = 64;

/** @returns the pids of its parents, the nearest first; init is one of them. */
export const readAncestors = async (pid: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (
    let current = await table.read(pid);
    current && current.ppid > 0 && found.length < DEEPEST;
    current = await table.read(current.ppid)
  )
    found.push(current.ppid);
  return found;
};

export const isAlive = (seen: ProcessSnapshot | null): seen is ProcessSnapshot =>
  seen !== null && !ENDED.test(seen.state);

/**
 * Whether a process that had a command line has ended, or is about to: it gives its memory back, and the command line
 * and the environment with it, a moment before its state says that it has ended.
 */
export const isEnding = (seen: ProcessSnapshot | null): boolean => !isAlive(seen) || seen.argv.length === 0;

/** @returns the live process of this pid; null when there is none. */
export const seeProcess = async (pid: number): Promise<ProcessSeen | null> => {
  const found = await readProcess(pid);
  return isAlive(found) ? seenIn(found) : null;
};

export const seenIn = ({ pid, startTime, startedAt, uid }: ProcessSnapshot): ProcessSeen => ({
  pid,
  startTime,
  startedAt,
  uid,
});

/** A pid alone is reused; pid and start time are not. */
export const sameProcess = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.pid === other.pid && one.startTime === other.startTime;
