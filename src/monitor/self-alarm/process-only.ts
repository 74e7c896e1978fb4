/** The watch over nothing but a gateway's process, for while the usual one fails; it goes by what that saw last. */
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import { isThere as askSystem, type IsThere } from './process-pulse.ts';

export interface ProcessOnlyOptions {
  readonly isThere?: IsThere;
  readonly monotonicMs: () => number;
  readonly onGone: (gateway: string, pid: number) => void;
  readonly onBack: (gateway: string, pid: number) => void;
}

export type ProcessNow = { readonly is: 'there' | 'gone'; readonly pid: number } | { readonly is: 'none' | 'unknown' };

export interface ProcessOnly {
  /** The usual watch has found this process, or that there is none. */
  sees(gateway: string, process: ProcessIdentity | null): void;
  /** How it is with the process, for people; who is told that it is gone is not told once more. */
  tell(gateway: string): ProcessNow;
  /**
   * Looks once at the processes of these gateways. @param isTold whether people know that nothing else is looked at.
   */
  watch(gateways: readonly string[], isTold: (gateway: string) => boolean): void;
}

interface Watched {
  process: ProcessIdentity | null;
  /** Whether the system shows it here at all: from within a container it may not. */
  visible: boolean;
  /** The usual watch found none the last time. */
  absent: boolean;
  goneSince: number | null;
  told: boolean;
}

/** One that is killed and started again within this was never gone. */
const GONE_MS = 3_000;

export const createProcessOnly = ({
  isThere = askSystem,
  monotonicMs,
  onGone,
  onBack,
}: ProcessOnlyOptions): ProcessOnly => {
  const watched = new Map<string, Watched>();

  const begin = (gateway: string, process: ProcessIdentity): void => {
    const before = watched.get(gateway);
    const state: Watched = { process, visible: false, absent: false, goneSince: null, told: false };
    watched.set(gateway, state);
    void isThere(process).then(
      (there) => (state.visible = there === true),
      () => undefined,
    );
    if (before?.told) onBack(gateway, process.pid);
  };

  const look = async (gateway: string, state: Watched, isTold: () => boolean): Promise<void> => {
    const { process } = state;
    if (process === null || !state.visible || state.told) return;
    const there = await isThere(process);
    if (there !== false) {
      state.goneSince = null;
      return;
    }
    state.goneSince ??= monotonicMs();
    if (monotonicMs() - state.goneSince < GONE_MS || !isTold() || watched.get(gateway) !== state) return;
    state.told = true;
    onGone(gateway, process.pid);
  };

  return {
    sees: (gateway, process) => {
      const known = watched.get(gateway);
      if (known) known.absent = process === null;
      if (process === null) {
        // Without one before, there is none to lose; one that is lost is what `watch` finds.
        if (!known) watched.set(gateway, { process: null, visible: false, absent: true, goneSince: null, told: false });
      } else if (known?.process?.pid !== process.pid || known.process.startTime !== process.startTime)
        begin(gateway, process);
    },
    tell: (gateway) => {
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
    watch: (gateways, isTold) => {
      for (const gateway of gateways) {
        const state = watched.get(gateway);
        if (state) void look(gateway, state, () => isTold(gateway)).catch(() => undefined);
      }
    },
  };
};
