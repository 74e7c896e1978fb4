/** What runs on this machine: one process by its pid, or all of them. */
import type { ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import { linuxProcesses } from './proc-linux.ts';
import { psProcesses } from './proc-ps.ts';

export interface ProcessSnapshot extends ProcessSeen {
  /** The first letter of the state: `R`, `S`, `D`, `T`, `Z`… */
  readonly state: string;
  readonly ppid: number;
  /** The effective user. */
  readonly uid: number;
  /** Empty for a zombie and for a kernel thread. Split at blanks where the system does not say how it was split. */
  readonly argv: readonly string[];
}

/** One way of reading processes. */
export interface ProcessTable {
  /** @returns null when there is no such process. @throws when it is there but may not be looked at. */
  read(pid: number): Promise<ProcessSnapshot | null>;
  list(): Promise<readonly ProcessSnapshot[]>;
  /** One environment variable of a process; null when it is not set or may not be read. */
  variable(pid: number, name: string): Promise<string | null>;
}

const table: ProcessTable = process.platform === 'linux' ? linuxProcesses : psProcesses;

export const readProcess = (pid: number): Promise<ProcessSnapshot | null> => table.read(pid);
export const listProcesses = (): Promise<readonly ProcessSnapshot[]> => table.list();
export const processVariable = (pid: number, name: string): Promise<string | null> => table.variable(pid, name);

/** A zombie has ended; only its parent has not asked for the exit code yet. */
export const isAlive = (seen: ProcessSnapshot | null): seen is ProcessSnapshot =>
  seen !== null && !/^[ZXx]/.test(seen.state);

/** A pid alone is reused; pid and start time are not. */
export const sameProcess = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.pid === other.pid && one.startTime === other.startTime;
