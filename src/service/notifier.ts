/** Tells the service manager that keeps Lifeline how it is. */
import type { Logger } from '../base/logger.ts';

export interface Notifier {
  /** Lifeline has started and works, also after a reload. Begins to feed the watchdog. */
  ready(): void;
  /** The configuration is read anew; `ready` follows. */
  reloading(): void;
  /** Lifeline ends. The watchdog is fed no more. */
  stopping(): void;
}

export interface NotifierOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What of Lifeline does not turn any more, for people; empty: it is alive. Asked before each feeding. */
  readonly stuck: () => readonly string[];
  readonly logger: Logger;
}

/** @returns one that does nothing where nobody listens. */
export const createNotifier = (_options: NotifierOptions): Notifier => ({ ready: () => undefined, reloading: () => undefined, stopping: () => undefined });
