/** A process that nothing speaks against: starting, or healthy. */
import type { GatewayState } from '../state.ts';
import type { GatewayRule } from './finding.ts';

export const starting: GatewayRule = (state, policy, now) => {
  if (!state.starting || state.ready || claimsReady(state)) return null;
  const until = state.starting.at + policy.startGraceMs;
  const evidence = [state.starting];
  return now < until
    ? { condition: 'starting', cause: 'start_in_progress', remedy: 'wait', since: state.starting.at, evidence, until }
    : // It may be held by its own brake against respawn storms (facts/hermes.md 6): tell, do not restart.
      { condition: 'starting', cause: 'start_too_slow', remedy: 'alert', since: state.starting.at, evidence };
};

/** The state file of this very process says that it is past its start. */
const claimsReady = ({ claim, process, starting }: GatewayState): boolean =>
  claim?.fact.kind === 'gateway-claim' &&
  claim.fact.pid === process?.pid &&
  claim.at >= (starting?.at ?? 0) &&
  (claim.fact.state === 'running' || claim.fact.state === 'degraded');

export const healthy: GatewayRule = (state) =>
  state.process || state.ready
    ? {
        condition: 'healthy',
        cause: 'fine',
        remedy: 'none',
        since: state.ready?.at ?? state.process?.startedAt ?? 0,
        evidence: [state.ready],
      }
    : null;
