import type { GatewayRule } from './finding.ts';

/**
 * It works, with another configuration than the one that is written; and with one that it did not take it would not
 * start again.
 */
export const configDoubt: GatewayRule = ({ configDoubt: doubt, process }) => {
  if (doubt?.fact.kind !== 'config-doubt' || !process) return null;
  const cause = doubt.fact.doubt === 'reverted' ? 'config_reverted' : 'config_not_taken';
  return { condition: 'misconfigured', cause, remedy: 'alert', since: doubt.at, evidence: [doubt] };
};
