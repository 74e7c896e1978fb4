/** What runs on this machine: one process by its pid, or all of them. */
import { readlink } from 'node:fs/promises';
import type { ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import { linuxProcesses } from './proc-linux.ts';
import { psProcesses } from './proc-ps.ts';
import type { ProcessSnapshot, ProcessTable } from './process-table.ts';

const table: ProcessTable = process.platform === 'linux' ? linuxProcesses : psProcesses;

export const readProcess = (pid: number): Promise<ProcessSnapshot | null> => table.read(pid);
export const listProcesses = (): Promise<readonly ProcessSnapshot[]> => table.list();
export const processVariable = (pid: number, name: string): Promise<string | null> => table.variable(pid, name);

/** Where a process works; where the system does not tell it, where it was started. Null where that may not be read. */
export const workingFolder = (pid: number): Promise<string | null> => readlink(`/proc/${pid}/cwd`).catch(() => table.variable(pid, 'PWD'));

export const processMemory = (pid: number): Promise<number | null> => table.memory(pid);

/** How deep a tree of processes can be that is no mistake. */
const DEEPEST = 64;

/** @returns the pids of its parents, the nearest first; init is one of them. */
export const readAncestors = async (pid: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let current = await table.read(pid); current && current.ppid > 0 && found.length < DEEPEST; current = await table.read(current.ppid)) found.push(current.ppid);
  return found;
};

/** A zombie has ended; only its parent has not asked for the exit code yet. */
export const isAlive = (seen: ProcessSnapshot | null): seen is ProcessSnapshot =>
  seen !== null && !/^[ZXx]/.test(seen.state);

/** @returns the live process of this pid; null when there is none. */
export const seeProcess = async (pid: number): Promise<ProcessSeen | null> => {
  const found = await readProcess(pid);
  return isAlive(found) ? seenIn(found) : null;
};

export const seenIn = ({ pid, startTime, startedAt, uid }: ProcessSnapshot): ProcessSeen => ({ pid, startTime, startedAt, uid });

/** A pid alone is reused; pid and start time are not. */
export const sameProcess = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.pid === other.pid && one.startTime === other.startTime;
