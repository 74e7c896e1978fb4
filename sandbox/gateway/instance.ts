/** One gateway a home: `gateway.pid` and the guard against a second instance (docs/facts/hermes.md 3.2, 6). */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, readProcessId, type ProcessId } from './proc.ts';
import { readJson, type HomeFiles } from './home.ts';

/** The record in `gateway.pid`, which every write of the state file repeats. */
export interface InstanceRecord {
  readonly pid: number;
  readonly kind: 'hermes-gateway';
  readonly argv: readonly string[];
  readonly start_time: number;
  readonly hermes_home: string;
}

/** @throws Error on a system that does not say when a process started. */
export const ownRecord = (home: string, argv: readonly string[]): InstanceRecord => {
  const self = readProcessId(process.pid);
  if (!self) throw new Error('This system does not tell when a process started.');
  return { pid: self.pid, kind: 'hermes-gateway', argv, start_time: self.startTime, hermes_home: home };
};

/** The process that `gateway.pid` names, when it lives. */
export const liveInstance = (files: HomeFiles): ProcessId | null => {
  const record = readJson(files.pid);
  const named = { pid: Number(record?.['pid']), startTime: Number(record?.['start_time']) };
  return isAlive(named) ? named : null;
};

/** @returns false when another process created the file at the same moment. */
export const claimInstance = (files: HomeFiles, record: InstanceRecord): boolean => {
  rmSync(files.pid, { force: true });
  try {
    writeFileSync(files.pid, JSON.stringify(record), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** Removes `gateway.pid` unless it names another process by now. */
export const releaseInstance = (files: HomeFiles): void => {
  if (readJson(files.pid)?.['pid'] === process.pid) rmSync(files.pid, { force: true });
};

const PLANNED_STOP_TTL_MS = 60_000;

/** Whether a fresh marker says that this very process is being stopped on purpose; a marker that does is used up. */
export const takePlannedStop = (files: HomeFiles, self: InstanceRecord, now: number): boolean => {
  const marker = readJson(files.plannedStop);
  if (marker?.['target_pid'] !== self.pid) return false;
  const startTime = marker['target_start_time'];
  const age = now - Date.parse(String(marker['written_at']));
  rmSync(files.plannedStop, { force: true });
  return (startTime == null || startTime === self.start_time) && age <= PLANNED_STOP_TTL_MS;
};

/** The command line of this process's parent, for the shutdown context. */
export const parentCommand = (): string => {
  try {
    return readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return '(unknown)';
  }
};
