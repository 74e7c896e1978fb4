/** Two gateways of one home: which of them is to stay is for a human to say. */
import type { Evidence } from '../evidence.ts';
import { DUPLICATES_SEEN_FOR_MS, type GatewayState } from '../state.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';

/** One start beside a running gateway is a slip; again and again, somebody keeps starting it. */
const REFUSED_STARTS = 3;
export const REFUSED_WINDOW_MS = 600_000;

export const duplicate: GatewayRule = (state, _policy, now) => {
  if (state.duplicates && now - state.duplicates.seenAt < DUPLICATES_SEEN_FOR_MS) {
    const { found, since, seenAt } = state.duplicates;
    return {
      condition: 'duplicate',
      cause: 'several_processes',
      remedy: 'alert',
      since,
      evidence: [found],
      until: seenAt + DUPLICATES_SEEN_FOR_MS,
    };
  }
  const refused = refusalsThatCount(state, now).filter(({ at }) => at > now - REFUSED_WINDOW_MS);
  const first = refused[0];
  if (!first || refused.length < REFUSED_STARTS) return null;
  // One start that waits for the lock of the process before it may yet get it (#72846).
  if (refused.every(isOwnRetry) && now < first.at + RETRIES_MS) return null;
  return {
    ...startRefusalOf(state, now),
    remedy: 'alert',
    since: first.at,
    evidence: [first, ...refused.slice(-2), state.portTaken],
    until: Math.min(
      (refused[refused.length - REFUSED_STARTS] ?? first).at + REFUSED_WINDOW_MS,
      isTakenNow(state, now) && state.portTaken ? state.portTaken.at + PORT_SEEN_FOR_MS : Infinity,
    ),
  };
};

const RETRIES_MS = 120_000;
const isOwnRetry = ({ fact }: Evidence): boolean => fact.kind === 'another-instance' && fact.retries === true;

/** Its port is looked at for as long as it refuses to start. */
export const PORT_SEEN_FOR_MS = 60_000;

export const isTakenNow = ({ portTaken }: GatewayState, now: number): boolean =>
  portTaken !== null && now - portTaken.at < PORT_SEEN_FOR_MS;

/** What another program's hold of its port explains says nothing any more once that port is free. */
export const refusalsThatCount = (state: GatewayState, now: number): readonly Evidence[] => {
  const { otherInstance, portTaken } = state;
  return portTaken === null || isTakenNow(state, now)
    ? otherInstance
    : otherInstance.filter(({ at }) => at > portTaken.at);
};

/**
 * Why its starts are refused: the process that holds its port is on this machine to see, or it only believes that
 * another one runs.
 */
export const startRefusalOf = (state: GatewayState, now: number): Pick<GatewayFinding, 'condition' | 'cause'> =>
  isTakenNow(state, now)
    ? { condition: 'stopped', cause: 'port_taken' }
    : { condition: 'duplicate', cause: 'another_instance' };
