/** How much memory a gateway may hold, by the operator's word, and how much that is. */

export type Amount = { readonly share: number } | { readonly bytes: number };

export interface MemoryRules {
  /** From there on it is told; null: never. */
  readonly warn: Amount | null;
  /** From there on the gateway is restarted; null: never. */
  readonly restart: Amount | null;
}

export const DEFAULT_MEMORY_RULES: MemoryRules = { warn: { share: 0.8 }, restart: null };

/** `high`: it is told; `over`: the gateway is restarted. */
export type MemoryLevel = 'fine' | 'high' | 'over';

/** What is just below a limit again is not yet below it: memory moves all the time. */
const STICKY = 0.95;

/**
 * @param ceiling how much the gateway could hold at most; null: not known, and no share of it either. @param before the
 * level of the last look
 */
export const memoryLevel = (
  bytes: number,
  ceiling: number | null,
  { warn, restart }: MemoryRules,
  before: MemoryLevel,
): MemoryLevel => {
  const reaches = (amount: Amount | null, held: boolean): boolean => {
    const limit = amount === null ? null : bytesOf(amount, ceiling);
    return limit !== null && bytes >= limit * (held ? STICKY : 1);
  };
  if (reaches(restart, before === 'over')) return 'over';
  return reaches(warn, before !== 'fine') ? 'high' : 'fine';
};

/**
 * Returns the rules for a figure that counts what several processes share once for each of them: it may be far above
 * what they hold, so it is told and never acted upon.
 */
export const rulesForRoughFigure = ({ warn, restart }: MemoryRules): MemoryRules => ({
  warn: warn ?? restart,
  restart: null,
});

const bytesOf = (amount: Amount, ceiling: number | null): number | null => {
  if ('bytes' in amount) return amount.bytes;
  return ceiling === null ? null : amount.share * ceiling;
};

const FILES_HIGH = 0.8;
const FILES_STILL_HIGH = 0.75;

/** Whether a process is near the number of files that it may have open. */
export const filesHigh = (open: number, most: number, before: boolean): boolean =>
  open >= most * (before ? FILES_STILL_HIGH : FILES_HIGH);
