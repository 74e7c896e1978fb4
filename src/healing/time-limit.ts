/** Work that must come to an end, even when what it waits for never does. */
import type { Clock } from '../base/clock.ts';

export interface TimeLimit {
  readonly clock: Clock;
  readonly limitMs: number;
  /**
   * After the limit or the signal, `work` has this long (of real time) to wind up before it is left to itself; none
   * unless told.
   */
  readonly windUpMs?: number;
  readonly signal: AbortSignal;
  /** What the limit's error says. */
  readonly message: string;
}

/**
 * Runs `work` with a signal that fires when `limitMs` of the clock are over, or with the outer signal.
 * @throws what `work` throws, or the reason of the signal when `work` does not heed it.
 */
export const withLimit = async <T>(
  { clock, limitMs, windUpMs = 0, signal, message }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const timedOut = new AbortController();
  const cancelLimit = clock.timer(limitMs, () => timedOut.abort(new Error(message)));
  const inner = AbortSignal.any([signal, timedOut.signal]);
  let timer: NodeJS.Timeout | undefined;
  let windUp = (): void => undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    windUp = () => {
      timer = setTimeout(() => reject(inner.reason as Error), windUpMs);
    };
  });
  if (inner.aborted) windUp();
  else inner.addEventListener('abort', windUp, { once: true });
  try {
    return await Promise.race([work(inner), abandoned]);
  } finally {
    cancelLimit();
    inner.removeEventListener('abort', windUp);
    clearTimeout(timer);
  }
};
