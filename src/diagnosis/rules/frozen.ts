import { isPidOf, type GatewayState } from '../state.ts';
import type { GatewayRule } from './finding.ts';
import { catchesUpUntil } from './resumed.ts';

/** The event loop no longer turns: what proves that is in `src/sensors/event-loop.ts`. */
export const frozen: GatewayRule = (state, _policy, now) =>
  state.loop?.fact.kind === 'loop' &&
  state.loop.fact.state === 'wedged' &&
  isPidOf(state.process, state.loop.fact.pid) &&
  now > catchesUpUntil(state)
    ? {
        condition: 'frozen',
        cause: 'loop_not_answering',
        remedy: 'restart',
        since: since(state, state.loop.at, state.loop.fact.turnedAt),
        evidence: [state.loop],
      }
    : null;

/** It stands still since it last turned, and not only since that was found out. */
const since = ({ process }: GatewayState, foundAt: number, turnedAt = foundAt): number =>
  Math.min(foundAt, Math.max(turnedAt, process?.startedAt ?? turnedAt));
