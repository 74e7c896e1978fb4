/**
 * What a running Lifeline is asked to do next: to end, which comes before all else, or to go on with another
 * configuration.
 */
import type { Config } from '../../config/config.ts';

export interface NewConfig {
  readonly config: Config;
  /** What is new in the configuration, for people. */
  readonly changes: readonly string[];
}

export interface Wishes {
  stop(): void;
  /** Asks for a reload. A later one replaces one that nobody has taken yet. */
  reload(next: NewConfig): void;
  /** Whether nobody has taken the last reload yet, or the end is near: another reload would get no answer. */
  busy(): boolean;
  /** Resolves when the end is asked for. */
  readonly stopped: Promise<'stop'>;
  /** Takes the next wish. */
  next(): Promise<'stop' | NewConfig>;
}

export const createWishes = (): Wishes => {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<'stop'>();
  let ends = false;
  let pending: NewConfig | null = null;
  let notify = (): void => undefined;

  const taken = (): NewConfig | null => {
    const next = pending;
    pending = null;
    return next;
  };

  return {
    stop: () => {
      ends = true;
      stop('stop');
    },
    reload: (next) => {
      pending = next;
      notify();
    },
    busy: () => ends || pending !== null,
    stopped,
    next: async () => {
      for (;;) {
        if (ends) return 'stop';
        const next = taken();
        if (next) return next;
        const { promise: came, resolve } = Promise.withResolvers<void>();
        notify = resolve;
        await Promise.race([stopped, came]);
      }
    },
  };
};
