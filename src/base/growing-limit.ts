/** A time limit that a slow server can meet in the end: it doubles with each call that was late. */
export interface GrowingLimit {
  /** For the next call, milliseconds. */
  ms(): number;
  late(): void;
  answered(): void;
}

const MOST_MS = 90_000;

export const growingLimit = (firstMs: number): GrowingLimit => {
  let limitMs = firstMs;
  return {
    ms: () => limitMs,
    late: () => {
      limitMs = Math.max(firstMs, Math.min(2 * limitMs, MOST_MS));
    },
    answered: () => {
      limitMs = firstMs;
    },
  };
};
