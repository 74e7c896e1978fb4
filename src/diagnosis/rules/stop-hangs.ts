import { claimsStopped } from '../state.ts';
import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';
import { isUpAgain } from './unseen.ts';

/**
 * Told to stop, and neither gone nor started again: the loop froze in the drain (upstream #66892), or something kept
 * the process when all was done (upstream #49526). A restart that was asked for may wait for running turns for hours and
 * is left alone until it says that it has stopped.
 */
export const stopHangs: GatewayRule = (state, policy, now) => {
  const { stopping, stopped, claim } = state;
  const isOver = claimsStopped(state);
  if (
    stopping?.fact.kind !== 'gateway-stopping' ||
    ((stopped !== null || stopping.fact.forRestart) && !isOver) ||
    isUpAgain(state, policy, stopping.at)
  )
    return null;
  const said = isOver && claim !== null ? claim : stopping;
  const until = fresh(state, said.at) + policy.stopGraceMs;
  const finding = { since: said.at, evidence: said === stopping ? [stopping] : [stopping, said] } as const;
  if (now < until)
    return isOver ? { ...finding, condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait', until } : null;
  return {
    ...finding,
    condition: 'frozen',
    cause: 'stop_hangs',
    // What somebody stops on purpose is not to be brought up again.
    remedy: stopping.fact.planned && !stopping.fact.forRestart ? 'alert' : 'restart',
  };
};
