/** What many ask for within one moment is found out once. */

/** @param maxAgeMs how old the answer may be, counted from when it was asked for; 0: asked anew, for this caller. */
export type Shared<T> = (maxAgeMs: number) => Promise<T>;

/** An answer that is under way serves all who accept any age: a slow one must not be asked for again and again. */
export const shared = <T>(ask: () => Promise<T>): Shared<T> => {
  let latest: { readonly at: number; readonly answer: Promise<T>; pending: boolean } | null = null;
  return (maxAgeMs) => {
    const now = performance.now();
    if (latest && maxAgeMs > 0 && (latest.pending || now - latest.at <= maxAgeMs)) return latest.answer;
    const mine = { at: now, answer: ask(), pending: true };
    latest = mine;
    mine.answer.then(
      () => {
        mine.pending = false;
      },
      // A failure is told to those who wait for it, and to nobody after them.
      () => {
        if (latest === mine) latest = null;
      },
    );
    return mine.answer;
  };
};
