/** What a process takes, by the kernel's own count. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10;

/** CPU time of the process and of the programs that it ran. */
export const cpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name, which stands before these fields in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
};

export interface Memory {
  readonly rssMb: number;
  /** Of it: heaps and stacks, which belong to this process alone. */
  readonly anonMb: number;
  /** Of it: the program of Node and libraries, which processes share. */
  readonly fileMb: number;
}

export const memoryOf = (pid: number): Memory => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1_024;
  return { rssMb: mb('VmRSS'), anonMb: mb('RssAnon'), fileMb: mb('RssFile') };
};

export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
