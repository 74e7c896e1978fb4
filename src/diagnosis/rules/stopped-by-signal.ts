/**
 * A signal or a terminal has stopped its process: told where nothing else judges that it does nothing. An event loop
 * that is asked does, and a check that fails.
 */
import { isPidOf, type GatewayState } from '../state.ts';
import type { GatewayRule } from './finding.ts';

/** By then an event loop that is asked has been found frozen. */
const LOOP_MS = 600_000;

export const stoppedBySignal: GatewayRule = (state, policy, now) => {
  const { halted: since, process } = state;
  if (since === null || !process) return null;
  const found = { condition: 'paused', cause: 'stopped_by_signal', since: since.at, evidence: [since] } as const;
  // Who stops it in a terminal may let it go on at once.
  const until = since.at + (isLoopAsked(state) ? LOOP_MS : policy.handGraceMs);
  return now < until ? { ...found, remedy: 'wait', until } : { ...found, remedy: 'alert' };
};

const isLoopAsked = ({ loop, process }: GatewayState): boolean =>
  loop?.fact.kind === 'loop' && loop.fact.state !== 'unknown' && isPidOf(process, loop.fact.pid);
