/** Puts a session's events on its socket, in order or as a fault has it. */
import type { BotFaults } from './faults.ts';
import type { DispatchFrame, PlatformEvent, Session } from './session.ts';
import type { Timers } from './timers.ts';

/** How long the first of two swapped events waits for the second. */
const SWAP_MS = 500;

export type Deliver = (session: Session, event: PlatformEvent, mode: BotFaults['events']) => void;

export const createDelivery = (send: (frame: DispatchFrame) => void, timers: Timers): Deliver => {
  let held: { readonly frame: DispatchFrame; readonly cancel: () => void } | null = null;
  const release = (): void => {
    if (!held) return;
    held.cancel();
    send(held.frame);
    held = null;
  };
  return (session, event, mode) => {
    if (session.deaf() || mode === 'withheld') return;
    const frame = session.record(event);
    if (mode === 'swapped' && !held) {
      held = { frame, cancel: timers.later(SWAP_MS, release) };
      return;
    }
    send(frame);
    if (mode === 'duplicated') send(session.record(event));
    release();
  };
};
