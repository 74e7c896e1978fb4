/** Everything that the platform does later, so that nothing of it outlives a stop. */
import type { Clock } from '../../src/base/clock.ts';

export interface Timers {
  readonly now: () => number;
  /** @returns a function that cancels it */
  later(ms: number, run: () => void): () => void;
  /** Again and again, first after `ms`. */
  every(ms: number, run: () => void): () => void;
  cancelAll(): void;
}

export const createTimers = (clock: Clock): Timers => {
  const running = new Set<() => void>();
  const later = (ms: number, run: () => void): (() => void) => {
    const end = clock.timer(ms, () => {
      running.delete(cancel);
      run();
    });
    const cancel = (): void => {
      running.delete(cancel);
      end();
    };
    running.add(cancel);
    return cancel;
  };
  return {
    now: () => clock.now(),
    later,
    every: (ms, run) => {
      const again = (): void => {
        cancel = later(ms, again);
        run();
      };
      let cancel = later(ms, again);
      return () => cancel();
    },
    cancelAll: () => {
      for (const cancel of running) cancel();
    },
  };
};
