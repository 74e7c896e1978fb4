/**
 * The watch over nothing but a gateway's process, for while the usual one fails. It goes by what that saw last, and
 * asks the system itself: it shares no code with the sensors.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ProcessIdentity } from '../diagnosis/evidence.ts';

/** @returns null when this system cannot be asked, as from within a container. Never throws. */
export type IsThere = (process: ProcessIdentity) => Promise<boolean | null>;

export type ProcessNow = { readonly is: 'there' | 'gone'; readonly pid: number } | { readonly is: 'none' | 'unknown' };

interface Watched {
  readonly process: ProcessIdentity | null;
  /** Whether the system shows it here at all: from within a container it may not. */
  visible: boolean;
  /** The usual watch found none the last time. */
  absent: boolean;
  goneSince: number | null;
  told: boolean;
}

/** One that is killed and started again within this was never gone. */
const GONE_MS = 3_000;

export const createProcessOnly = (monotonicMs: () => number, isThere: IsThere = askSystem) => {
  const watched = new Map<string, Watched>();

  const look = async (state: Watched, process: ProcessIdentity): Promise<boolean> => {
    if ((await isThere(process)) !== false) {
      state.goneSince = null;
      return false;
    }
    state.goneSince ??= monotonicMs();
    return monotonicMs() - state.goneSince >= GONE_MS;
  };

  return {
    /**
     * The usual watch has found this process, or that there is none. @returns whether it has come after one that was
     * told as gone.
     */
    sees: (gateway: string, process: ProcessIdentity | null): boolean => {
      const known = watched.get(gateway);
      if (known) known.absent = process === null;
      const isSame = known?.process?.pid === process?.pid && known?.process?.startTime === process?.startTime;
      // A process that is lost is what `watch` finds.
      if (known && (process === null || isSame)) return false;
      const state: Watched = { process, visible: false, absent: process === null, goneSince: null, told: false };
      watched.set(gateway, state);
      if (process !== null)
        void isThere(process).then(
          (there) => (state.visible = there === true),
          () => undefined,
        );
      return known?.told ?? false;
    },
    /** How it is with the process, for people; one that is told as gone here is not told once more. */
    tell: (gateway: string): ProcessNow => {
      const state = watched.get(gateway);
      if (!state) return { is: 'unknown' };
      const { process, visible, absent, goneSince } = state;
      if (process !== null && visible && goneSince !== null) {
        state.told = true;
        return { is: 'gone', pid: process.pid };
      }
      if (process === null || absent) return { is: 'none' };
      return visible ? { is: 'there', pid: process.pid } : { is: 'unknown' };
    },
    /** Looks once. @param onGone called once for a process that is gone, while people know that Lifeline fails. */
    watch: async (gateway: string, isTold: () => boolean, onGone: (pid: number) => void): Promise<void> => {
      const state = watched.get(gateway);
      if (!state?.process || !state.visible || state.told || !(await look(state, state.process))) return;
      if (!isTold() || watched.get(gateway) !== state) return;
      state.told = true;
      onGone(state.process.pid);
    },
  };
};

export type ProcessOnly = ReturnType<typeof createProcessOnly>;

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

const askSystem: IsThere = process.platform === 'linux' ? inProc : byPs;
