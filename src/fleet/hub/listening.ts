/** Since when a hub has heard everything that came. While its server is away, silence says nothing of the hosts. */
import { SILENT_MS } from './silence.ts';

export interface Listening {
  /** To be called again and again: whether the server is there is seen by it alone. */
  look(): void;
  /** By a clock that never jumps; null: this hub hears nothing now. */
  since(): number | null;
  /** Whether it was for long enough to know who is there. */
  hasListened(): boolean;
}

export const createListening = (isUp: () => boolean, monotonicMs: () => number): Listening => {
  let since: number | null = null;
  return {
    look: () => {
      since = isUp() ? (since ?? monotonicMs()) : null;
    },
    since: () => since,
    hasListened: () => since !== null && monotonicMs() - since >= SILENT_MS,
  };
};
