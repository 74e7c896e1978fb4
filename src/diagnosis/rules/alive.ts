/** A process that nothing speaks against: starting, or healthy. */
import { isPidOf, type GatewayState } from '../state.ts';
import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';
import { aliveSince, signsOfLife } from './unseen.ts';

/** It waits of its own accord, up to five minutes, before it starts: a restart would feed the brake. */
export const braked: GatewayRule = (state, policy, now) => {
  const { brake } = state;
  if (brake?.fact.kind !== 'respawn-brake' || (state.process != null && state.ready !== null)) return null;
  const until = fresh(state, brake.at) + brake.fact.pauseMs + policy.startGraceMs;
  return now < until
    ? {
        condition: 'starting',
        cause: 'held_by_respawn_brake',
        remedy: 'wait',
        since: brake.at,
        evidence: [brake],
        until,
      }
    : null;
};

export const starting: GatewayRule = (state, policy, now) => {
  if (!state.starting || state.ready || claimsReady(state) || signsOfLife(state, policy).length > 0) return null;
  const until = fresh(state, state.starting.at) + policy.startGraceMs;
  const evidence = [state.starting];
  return now < until
    ? { condition: 'starting', cause: 'start_in_progress', remedy: 'wait', since: state.starting.at, evidence, until }
    : // What holds it up is not known, and it may yet come: tell, do not restart.
      { condition: 'starting', cause: 'start_too_slow', remedy: 'alert', since: state.starting.at, evidence };
};

/** The state file of this very process says that it is past its start. */
export const claimsReady = ({ claim, process, starting }: GatewayState): boolean =>
  claim?.fact.kind === 'gateway-claim' &&
  isPidOf(process, claim.fact.pid) &&
  claim.at >= (starting?.at ?? 0) &&
  (claim.fact.state === 'running' || claim.fact.state === 'degraded');

export const healthy: GatewayRule = (state, policy) => {
  const signs = signsOfLife(state, policy);
  if (!state.process && !state.ready && signs.length === 0) return null;
  return {
    condition: 'healthy',
    cause: 'fine',
    remedy: 'none',
    since: state.ready?.at ?? state.process?.startedAt ?? aliveSince(state, signs),
    evidence: [state.ready ?? signs.at(-1) ?? null],
  };
};
