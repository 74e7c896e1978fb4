/** Two gateways of one home: which of them is the right one is for a human to say. */
import { DUPLICATES_SEEN_FOR_MS } from '../state.ts';
import type { GatewayRule } from './finding.ts';

/** One start beside a running gateway is a slip; again and again, somebody keeps starting it. */
const REFUSED_STARTS = 3;
const WINDOW_MS = 600_000;

export const duplicate: GatewayRule = (state, _policy, now) => {
  if (state.duplicates && now - state.duplicates.seenAt < DUPLICATES_SEEN_FOR_MS) {
    const { first, seenAt } = state.duplicates;
    return { condition: 'duplicate', cause: 'several_processes', remedy: 'alert', since: first.at, evidence: [first], until: seenAt + DUPLICATES_SEEN_FOR_MS };
  }
  const refused = state.otherInstance.filter(({ at }) => at > now - WINDOW_MS);
  const first = refused[0];
  if (!first || refused.length < REFUSED_STARTS) return null;
  return {
    condition: 'duplicate',
    cause: 'another_instance',
    remedy: 'alert',
    since: first.at,
    evidence: [first, ...refused.slice(-2)],
    until: (refused[refused.length - REFUSED_STARTS] ?? first).at + WINDOW_MS,
  };
};
