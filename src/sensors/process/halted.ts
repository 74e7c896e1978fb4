/**
 * Whether a signal or a terminal has stopped the process (SIGSTOP, Ctrl-Z): it lives, does nothing, and the kernel goes
 * on taking connections for it. A debugger that has stopped it is another state.
 */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { kernelTextOrNull } from '../kernel-text.ts';
import type { Sensor } from '../sensor.ts';
import { parseStat } from './proc-linux.ts';

/** @returns false also where there is no /proc to tell. */
const isStopped = (pid: number): boolean => parseStat(kernelTextOrNull(`/proc/${pid}/stat`) ?? '')?.state === 'T';

/** Says nothing of a process that runs and did so at the look before. */
export const createHaltedSensor = (
  process: () => ProcessIdentity | null,
  stopped: (pid: number) => boolean = isStopped,
): Sensor => {
  /** null: never looked, and it may have been let go since the last run. */
  let halted: boolean | null = null;
  return {
    name: 'halted',
    look: async (now) => {
      const current = process();
      const before = halted;
      halted = current !== null && stopped(current.pid);
      if (!halted && before === false) return [];
      const text = halted
        ? `pid ${current?.pid} is stopped (state T); kill -CONT ${current?.pid} lets it go on`
        : 'it goes on';
      return [{ at: now, source: 'process', text, link: null, fact: { kind: 'halted', halted } }];
    },
  };
};
