/** Somebody is at work on the gateway: an update, a stop, a take-over. Wait, but not for ever. */
import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';
import { isUpAgain } from './unseen.ts';

export const updating: GatewayRule = (state, policy, now) => {
  const marker = state.markers.get('update') ?? state.markers.get('update-claimed');
  if (!marker) return null;
  const found = { condition: 'updating', cause: 'update_in_progress', since: marker.at, evidence: [marker] } as const;
  const until = fresh(state, marker.at) + policy.updateGraceMs;
  if (now < until) return { ...found, remedy: 'wait', until };
  // A marker that an update left behind says nothing of a gateway that runs; to one that is gone a human must look.
  return state.process === null ? { ...found, remedy: 'alert' } : null;
};

export const stopping: GatewayRule = (state, policy, now) => {
  const sign = state.stopping ?? state.markers.get('takeover') ?? state.markers.get('planned-stop');
  if (!sign || state.process === null || isUpAgain(state, policy, sign.at)) return null;
  const until = fresh(state, sign.at) + policy.stopGraceMs;
  if (now >= until) return null;
  return { condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait', since: sign.at, evidence: [sign], until };
};
