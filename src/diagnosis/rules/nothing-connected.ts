import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';

/**
 * It runs, says that not one platform is connected, and names why: a missing package or credential is for its owner to
 * mend (#64730, #57909). A link that is judged and still tries tells its trouble itself.
 */
export const nothingConnected: GatewayRule = (state, policy, now) => {
  const said = state.nothingConnected;
  if (said?.fact.kind !== 'nothing-connected' || state.process === null) return null;
  const speaks = [...state.links.values()].some(
    (link) => link.proof !== null || link.opened !== null || link.failure !== null || link.rejected !== null,
  );
  const until = fresh(state, said.at) + (said.fact.final ? 0 : policy.startGraceMs);
  if (speaks) return null;
  if (now < until)
    return { condition: 'healthy', cause: 'fine', remedy: 'wait', since: said.at, evidence: [said], until };
  return {
    condition: 'misconfigured',
    cause: 'nothing_connected',
    remedy: 'alert',
    since: said.at,
    evidence: [said],
  };
};
