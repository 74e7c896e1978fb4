/**
 * Writes what is remembered of several gateways together: each write of its own would wait for the disk, and with it
 * everything else. What a kill in between loses is read in the logs once more.
 */
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Remembered, WatchMemory } from './saved-state.ts';

export interface MemoryBatch extends WatchMemory {
  /** Writes what waits. */
  flush(): void;
}

const GATHER_MS = 250;

export const createMemoryBatch = (
  memory: WatchMemory & { saveAll(all: readonly Remembered[]): void },
  logger: Logger,
): MemoryBatch => {
  const waiting = new Map<string, Remembered>();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    const all = [...waiting.values()];
    waiting.clear();
    try {
      memory.saveAll(all);
    } catch (error) {
      logger.warn(
        { gateways: all.length, error: errorText(error) },
        'what is known of the gateways could not be saved; the next look tries again',
      );
    }
  };
  return {
    load: (gateway, now) => memory.load(gateway, now),
    save: (gateway, at, state, cursors) => {
      waiting.set(gateway, { gateway, at, state, cursors });
      timer ??= setTimeout(flush, GATHER_MS);
    },
    flush,
  };
};
