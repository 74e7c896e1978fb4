/** Which process is which: a pid alone is reused, a pid with its start time is not. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessId {
  readonly pid: number;
  /** `/proc/PID/stat` field 22 on Linux, centiseconds of the epoch elsewhere (docs/facts/hermes.md 3.2). */
  readonly startTime: number;
}

const fromProc = (pid: number): ProcessId | null => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name stands in parentheses and may itself hold any of them.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return state === 'Z' || state === 'X' ? null : { pid, startTime: Number(fields[19]) };
};

const fromPs = (pid: number): ProcessId | null => {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const [state = '', ...started] = line.split(/\s+/);
  return state === '' || state.startsWith('Z')
    ? null
    : { pid, startTime: Math.floor(Date.parse(started.join(' ')) / 10) };
};

/** The live process with that pid, or null; a zombie is dead. */
export const readProcessId = (pid: number): ProcessId | null => {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return null;
  }
};

export const isAlive = ({ pid, startTime }: ProcessId): boolean => readProcessId(pid)?.startTime === startTime;

/** Signals that very process; does nothing when it is gone or its pid belongs to another by now. */
export const signalProcess = (target: ProcessId, signal: NodeJS.Signals): void => {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch {
    // It ended in between.
  }
};

const argvOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
};

/** Live processes that have exactly `argument` on their command line; none where there is no /proc. */
export const processesRunning = (argument: string): ProcessId[] => {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && argvOf(name).includes(argument))
    .map((name) => readProcessId(Number(name)))
    .filter((found) => found !== null);
};
