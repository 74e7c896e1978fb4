import { claimsReady } from './alive.ts';
import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';
import { mayRunOn } from '../state.ts';

/**
 * It runs for its cron jobs alone: no platform is enabled, or none can be, and so nobody can reach it. It may be meant so
 * (#30399, #45792). A version that ends because of that is not past its start when it says so.
 */
export const noPlatform: GatewayRule = (state, policy, now) => {
  const { configFatal: said, process } = state;
  if (!mayRunOn(said) || process == null) return null;
  // Its grace is counted from its start, as that of a start that takes too long: the line comes a moment after it.
  const begun = Math.min(said.at, state.starting?.at ?? said.at);
  const isPastItsStart = state.ready !== null || claimsReady(state) || now >= fresh(state, begun) + policy.startGraceMs;
  const speaks = [...state.links.values()].some(({ proof, opened }) => proof !== null || opened !== null);
  if (!isPastItsStart || speaks) return null;
  return {
    condition: 'misconfigured',
    cause: 'no_platform_enabled',
    remedy: 'alert',
    since: said.at,
    evidence: [said],
  };
};
