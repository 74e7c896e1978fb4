/** Answers callers that ask the same within one moment by asking once. */

/**
 * @param maxAgeMs how old the answer may be, counted from when it was asked for; 0: asked anew, for this caller.
 * @param since no answer serves that was asked for before this time of `performance.now()`, however young it is.
 */
export type Shared<T> = (maxAgeMs: number, since?: number) => Promise<T>;

/**
 * A question that is under way serves all callers that accept any age, so that a slow answer is not asked for again.
 */
export const shared = <T>(ask: (maxAgeMs: number) => Promise<T>): Shared<T> => {
  let latest: { readonly at: number; readonly answer: Promise<T>; pending: boolean } | null = null;
  return (maxAgeMs, since = -Infinity) => {
    const now = performance.now();
    if (latest && maxAgeMs > 0 && latest.at >= since && (latest.pending || now - latest.at <= maxAgeMs))
      return latest.answer;
    const mine = { at: now, answer: ask(maxAgeMs), pending: true };
    latest = mine;
    mine.answer.then(
      () => {
        mine.pending = false;
      },
      // A failure goes to those who wait for the answer, and to no later caller.
      () => {
        if (latest === mine) latest = null;
      },
    );
    return mine.answer;
  };
};
