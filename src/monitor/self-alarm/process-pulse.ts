/**
 * Whether one process is still there, told by the system alone: what is left of the watch over a gateway while nothing
 * else of it can be trusted. It shares no code with the sensors.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';

/** @returns null when this system cannot be asked, as from within a container. Never throws. */
export type IsThere = (process: ProcessIdentity) => Promise<boolean | null>;

/**
 * In `/proc/PID/stat` the program's name may hold anything, so the fields are counted from the last `)`: state, …,
 * start time.
 */
const inProc: IsThere = async ({ pid, startTime }) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]) === startTime && !/^[ZXx]/.test(fields[0] ?? '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? false : null;
  }
};

const run = promisify(execFile);

/** Elsewhere the start time is in centiseconds of the epoch, of which `ps` knows whole seconds. */
const byPs: IsThere = async ({ pid, startTime }) => {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { TZ: 'UTC', LC_ALL: 'C', PATH: process.env['PATH'] },
      timeout: 5_000,
    });
    const [, state = '', started = ''] = /^(\S+)\s+(\S.*)$/.exec(stdout.trim()) ?? [];
    return Date.parse(`${started} UTC`) / 10 === startTime && !state.startsWith('Z');
  } catch (error) {
    // It exits with 1 when there is no such process.
    return (error as { readonly code?: unknown }).code === 1 ? false : null;
  }
};

export const isThere: IsThere = process.platform === 'linux' ? inProc : byPs;
