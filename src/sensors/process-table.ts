/** What is read of a process, and the ways of reading it: one for Linux, one for the others. */
import type { ProcessSeen } from '../diagnosis/evidence.ts';

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
  /** The bytes of memory that a process holds; null when it is gone or that cannot be told. */
  memory(pid: number): Promise<number | null>;
}
