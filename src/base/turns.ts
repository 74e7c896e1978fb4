/** Lets only so many do their work at once, so that a thousand need no more memory than a few; the others queue. */

export interface Turns {
  /** Does the work when it is its turn. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** @param patienceMs whoever takes longer goes on, but no longer holds up the queue: slow work is mostly waiting. */
export const createTurns = ({ most, patienceMs }: { readonly most: number; readonly patienceMs: number }): Turns => {
  let busy = 0;
  const queue: (() => void)[] = [];
  /** The next one has the place before anybody else can take it. */
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
