/** Ends the parts of the app in their order, for a start that fails and for a stop alike; their builders note them. */
import { endInTime, type EndOptions } from '../base/end-in-time.ts';
import type { Logger } from '../base/logger.ts';

/**
 * `at_once`: it ends nothing that anybody waits for. Then the work, the outbox that tells of it, and the channels, for
 * answers take them. `last`: what the others need to the end, in the opposite order of its beginning.
 */
export type Phase = 'at_once' | 'work' | 'outbox' | 'channels' | 'last';

export interface Shutdown {
  /** Notes what ends a part that has begun. Parts of one phase end at the same time. */
  add(phase: Phase, name: string, end: () => unknown): void;
  /** Ends all but the last phase. @returns the names of the parts that had not ended in time. Never rejects. */
  end(options: Omit<EndOptions, 'logger'>): Promise<readonly string[]>;
  /** Ends the last phase. Never throws. */
  close(): void;
}

/** The share of the time by whose end the next phase begins. */
const UNTIL = { work: 0.35, outbox: 0.75, channels: 1 } as const;

export const createShutdown = (logger: Logger): Shutdown => {
  const parts: { readonly phase: Phase; readonly name: string; readonly end: () => unknown }[] = [];
  const inPhase = (phase: Phase) => parts.filter((part) => part.phase === phase);
  const endNow = ({ name, end }: (typeof parts)[number]): void => {
    try {
      end();
    } catch (err) {
      logger.error({ err, part: name }, 'a part of Lifeline did not end in order');
    }
  };
  return {
    add: (phase, name, end) => {
      parts.push({ phase, name, end });
    },
    end: (options) => {
      inPhase('at_once').forEach(endNow);
      const stages = (['work', 'outbox', 'channels'] as const).map((phase) => ({
        until: UNTIL[phase],
        parts: Object.fromEntries(inPhase(phase).map(({ name, end }) => [name, end])),
      }));
      return endInTime(stages, { ...options, logger });
    },
    close: () => inPhase('last').reverse().forEach(endNow),
  };
};
