import type { Evidence } from '../evidence.ts';
import type { DiagnosisPolicy } from '../policy.ts';
import { mayRunOn, type GatewayState } from '../state.ts';
import type { GatewayRule } from './finding.ts';
import { isUpAgain } from './unseen.ts';

/** A configuration that the gateway itself refuses (exit 78): a restart meets the same refusal. */
export const configFatal: GatewayRule = (state, policy) => {
  const { configFatal: refused } = state;
  if (refused === null || isUpAgain(state, policy, refused.at) || runsOn(state, policy, refused)) return null;
  return {
    condition: 'misconfigured',
    cause: 'config_rejected',
    remedy: 'alert',
    since: refused.at,
    evidence: [refused],
  };
};

/** What a gateway goes on with it does not refuse; what was stopped long after that word was not ended by it. */
const runsOn = ({ process, stopping }: GatewayState, { startGraceMs }: DiagnosisPolicy, refused: Evidence): boolean =>
  mayRunOn(refused) && (process != null || (stopping !== null && stopping.at >= refused.at + startGraceMs));
