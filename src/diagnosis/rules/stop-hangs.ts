import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';
import { isUpAgain } from './unseen.ts';

/**
 * Told to stop, and neither gone nor started again: the loop froze in the drain (upstream #66892). A restart that was
 * asked for may wait for running turns for hours and is left alone.
 */
export const stopHangs: GatewayRule = (state, policy, now) => {
  const { stopping, stopped } = state;
  if (
    stopped !== null ||
    stopping?.fact.kind !== 'gateway-stopping' ||
    stopping.fact.forRestart ||
    now < fresh(state, stopping.at) + policy.stopGraceMs ||
    isUpAgain(state, policy, stopping.at)
  )
    return null;
  // What somebody stops on purpose is not to be brought up again.
  return {
    condition: 'frozen',
    cause: 'stop_hangs',
    remedy: stopping.fact.planned ? 'alert' : 'restart',
    since: stopping.at,
    evidence: [stopping],
  };
};
