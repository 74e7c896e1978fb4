/** What is read of a process, and the ways of reading it: one for Linux, one for the others. */
import type { ProcessSeen } from '../../diagnosis/evidence.ts';
import type { ProcessPlace } from '../../gateways/gateway-kind.ts';

/** The states of a process that has ended: a zombie's parent has only not asked for the exit code yet. */
export const ENDED = /^[ZXx]/;

export interface ProcessSnapshot extends ProcessSeen {
  /** The first letter of the state: `R`, `S`, `D`, `T`, `Z`… */
  readonly state: string;
  readonly ppid: number;
  /** The pid of the leader of its process group, and of its session; 0 where the system does not tell. */
  readonly group: number;
  readonly session: number;
  /** The effective user. */
  readonly uid: number;
  /** Empty for a zombie and for a kernel thread. Split at blanks where the system does not say how it was split. */
  readonly argv: readonly string[];
}

/** One way of reading processes. */
export interface ProcessTable {
  /** @returns null when there is no such process. @throws when it is there but may not be looked at. */
  read(pid: number): Promise<ProcessSnapshot | null>;
  /** @param anew also what hardly ever changes, such as command lines. */
  list(anew?: boolean): Promise<readonly ProcessSnapshot[]>;
  /** The environment that a process was started with; null when that may not be read. */
  environment(pid: number): Promise<Readonly<Record<string, string>> | null>;
  /** Where it works and what it executes; null where that may not be read. */
  place(pid: number): Promise<ProcessPlace>;
  /** The pid by which it knows itself, and how many pid namespaces lie between it and the reader. */
  ownPid(pid: number): Promise<{ readonly pid: number; readonly depth: number }>;
  /** The bytes of memory that a process holds; null when it is gone or that cannot be told. */
  memory(pid: number): Promise<number | null>;
}
