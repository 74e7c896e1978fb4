/** No process. Who ended it decides whether to start it again. */
import type { Evidence } from '../evidence.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';

export const processGone: GatewayRule = (state, policy, now) => {
  if (state.process !== null || state.gone === null) return null;
  const { gone, stopping, claim } = state;
  const until = gone.at + policy.goneGraceMs;
  const stop = stopping?.fact.kind === 'gateway-stopping' ? stopping.fact : null;

  if (state.stoppedByOperator) return onPurpose(state.stoppedByOperator);
  if (stop?.planned && !stop.forRestart) return onPurpose(stopping);
  // Without any line about its end the last state file decides: it says `stopped` only after a clean stop,
  // and keeps `running` after a kill.
  if (!stopping) {
    if (!claim && !state.starting && !state.ready && state.links.size === 0) {
      return { condition: 'unknown', cause: 'no_evidence', remedy: 'none', since: gone.at, evidence: [gone] };
    }
    if (claim?.fact.kind === 'gateway-claim' && claim.fact.state === 'stopped') return onPurpose(claim);
  }
  // Another instance is believed to run, so that no start would succeed (upstream #13655).
  const refused = state.otherInstance.at(-1);
  // Somebody else's restart has a gap without a process too.
  const wait = stop?.forRestart ? gone.at + policy.startGraceMs : until;
  if (now < wait) {
    return { condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait', since: gone.at, evidence: [stopping, gone], until: wait };
  }
  if (refused && refused.at >= gone.at) {
    return { condition: 'duplicate', cause: 'another_instance', remedy: 'alert', since: gone.at, evidence: [gone, refused] };
  }
  return {
    condition: 'stopped',
    cause: stop?.forRestart ? 'restart_never_came_back' : stop ? 'killed_by_signal' : 'process_gone',
    remedy: 'start',
    since: Math.min(stopping?.at ?? gone.at, gone.at),
    evidence: [stopping, gone],
  };
};

const onPurpose = (evidence: Evidence | null): GatewayFinding => ({
  condition: 'stopped_on_purpose',
  cause: 'planned_stop',
  remedy: 'none',
  since: evidence?.at ?? 0,
  evidence: [evidence],
});
