/**
 * Limits how much work is done at once, so that a thousand callers need no more memory than a few. The others queue.
 */

export interface ConcurrencyLimit {
  /** Does the work as soon as the limit allows it. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** Begins to measure. @returns what tells the share of the time since then in which this process had work to do. */
export type Busyness = () => () => number;

const ownBusyness: Busyness = () => {
  const begun = performance.eventLoopUtilization();
  return () => performance.eventLoopUtilization(begun).utilization;
};

/** Above this share the process has enough to do. */
const BUSY = 0.75;

/**
 * @param patienceMs work that takes longer goes on, but no longer counts: slow work mostly waits for something. While
 * the process is busy, the work waits for the process: more of it at once would make all of it slower and hold more
 * memory, and so it counts on.
 */
export const createConcurrencyLimit = ({
  most,
  patienceMs,
  busyness = ownBusyness,
}: {
  readonly most: number;
  readonly patienceMs: number;
  readonly busyness?: Busyness;
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
      let late: NodeJS.Timeout;
      const endOnce = (): void => {
        if (ended) return;
        ended = true;
        clearTimeout(late);
        end();
      };
      const waitPatiently = (): void => {
        const shareSince = busyness();
        late = setTimeout(() => {
          if (shareSince() > BUSY) waitPatiently();
          else endOnce();
        }, patienceMs);
      };
      waitPatiently();
      try {
        return await work();
      } finally {
        endOnce();
      }
    },
  };
};
