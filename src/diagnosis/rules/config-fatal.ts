import type { GatewayRule } from './finding.ts';
import { isUpAgain } from './unseen.ts';

/** A configuration that the gateway itself refuses (exit 78): a restart meets the same refusal. */
export const configFatal: GatewayRule = (state, policy) => {
  const { configFatal: refused } = state;
  if (refused === null || isUpAgain(state, policy, refused.at)) return null;
  return {
    condition: 'misconfigured',
    cause: 'config_rejected',
    remedy: 'alert',
    since: refused.at,
    evidence: [refused],
  };
};
