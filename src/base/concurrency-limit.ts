/**
 * Limits how much work is done at once, so that a thousand callers need no more memory than a few. The others queue.
 */

export interface ConcurrencyLimit {
  /** Does the work as soon as the limit allows it. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** @param patienceMs work that takes longer goes on, but no longer counts: slow work mostly waits for something. */
export const createConcurrencyLimit = ({
  most,
  patienceMs,
}: {
  readonly most: number;
  readonly patienceMs: number;
}): ConcurrencyLimit => {
  let busy = 0;
  const queue: (() => void)[] = [];
  /** Hands the place to the next in the queue before another caller can take it. */
  const end = (): void => {
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  };
  return {
    take: async (work) => {
      if (busy >= most) await new Promise<void>((resolve) => queue.push(resolve));
      else busy += 1;
      let ended = false;
      const endOnce = (): void => {
        if (ended) return;
        ended = true;
        clearTimeout(late);
        end();
      };
      const late = setTimeout(endOnce, patienceMs);
      try {
        return await work();
      } finally {
        endOnce();
      }
    },
  };
};
