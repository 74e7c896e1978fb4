import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

export interface ManualClock extends Clock {
  /** Moves on by `ms`, firing what falls due in order and letting each settle. */
  advance(ms: number): Promise<void>;
  /** Sets the time alone, as an administrator or NTP does; timers do not notice. */
  jump(ms: number): void;
}

/** A clock whose hands only a test moves. */
export const manualClock = (start = 1_000_000_000_000): ManualClock => {
  let elapsed = 0;
  let offset = start;
  let timers: { due: number; run: () => void }[] = [];
  const timer = (ms: number, run: () => void): (() => void) => {
    const entry = { due: elapsed + Math.max(0, ms), run };
    timers.push(entry);
    return () => {
      timers = timers.filter((other) => other !== entry);
    };
  };
  return {
    now: () => offset + elapsed,
    timer,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const cancel = timer(ms, resolve);
        const abort = (): void => {
          cancel();
          reject(signal?.reason as Error);
        };
        if (signal?.aborted) abort();
        else signal?.addEventListener('abort', abort, { once: true });
      }),
    jump: (ms) => {
      offset += ms;
    },
    advance: async (ms) => {
      const end = elapsed + ms;
      for (;;) {
        for (let turns = 0; turns < 5; turns += 1) await turn();
        const next = timers.reduce<(typeof timers)[number] | null>(
          (first, one) => (one.due <= end && (!first || one.due < first.due) ? one : first),
          null,
        );
        if (!next) break;
        elapsed = next.due;
        timers = timers.filter((other) => other !== next);
        next.run();
      }
      elapsed = end;
    },
  };
};
