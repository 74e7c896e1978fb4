/** Somebody is at work on the gateway: an update, a stop, a take-over. Wait, but not for ever. */
import type { GatewayRule } from './finding.ts';

export const updating: GatewayRule = (state) => {
  const marker = state.markers.get('update') ?? state.markers.get('update-claimed');
  return marker ? { condition: 'updating', cause: 'update_in_progress', remedy: 'wait', since: marker.at, evidence: [marker] } : null;
};

export const stopping: GatewayRule = (state, policy, now) => {
  const sign = state.stopping ?? state.markers.get('takeover') ?? state.markers.get('planned-stop');
  if (!sign || state.process === null) return null;
  const until = sign.at + policy.stopGraceMs;
  if (now >= until) return null;
  return { condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait', since: sign.at, evidence: [sign], until };
};
