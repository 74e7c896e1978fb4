/**
 * Ends parts in order within a time limit. Each stage has its share of the time, so that no part can hold up the end.
 */
import type { Logger } from './logger.ts';
import { within } from './time-limit.ts';

export interface EndStage {
  /** The share of the whole time by whose end the next stage begins, from 0 to 1. */
  readonly until: number;
  /** The parts that end at the same time, by name. */
  readonly parts: Readonly<Record<string, () => unknown>>;
}

export interface EndOptions {
  readonly limitMs: number;
  /** Aborted: nothing is waited for any more, and the remaining parts are still told to end. */
  readonly hurry?: AbortSignal | undefined;
  readonly logger: Logger;
}

/** @returns the names of the parts that had not ended when their time was over. Never rejects. */
export const endInTime = async (
  stages: readonly EndStage[],
  { limitMs, hurry, logger }: EndOptions,
): Promise<readonly string[]> => {
  const startedAt = performance.now();
  const left = new Set<string>();
  const hurried = new Promise<void>((resolve) => {
    hurry?.addEventListener('abort', () => resolve(), { once: true });
    if (hurry?.aborted) resolve();
  });
  for (const { until, parts } of stages) {
    const ends = Object.entries(parts).map(async ([name, end]) => {
      left.add(name);
      try {
        await end();
      } catch (err) {
        logger.error({ err, part: name }, 'a part of Lifeline did not end in order');
      }
      left.delete(name);
    });
    const leftMs = startedAt + limitMs * until - performance.now();
    await within(Promise.race([Promise.all(ends), hurried]), Math.max(0, leftMs));
  }
  return [...left];
};
