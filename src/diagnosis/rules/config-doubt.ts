import type { Cause } from '../verdict.ts';
import type { GatewayFinding, GatewayRule } from './finding.ts';
import type { Evidence } from '../evidence.ts';

/**
 * It works, with another configuration than the one that is written; and with one that it did not take it would not
 * start again.
 */
export const configDoubt: GatewayRule = ({ configDoubt: doubt, process }) => {
  if (doubt?.fact.kind !== 'config-doubt' || doubt.fact.doubt === 'ignored' || !process) return null;
  return told(doubt, doubt.fact.doubt === 'reverted' ? 'config_reverted' : 'config_not_taken');
};

/** It cannot read what is written and goes on without it, from its start on. */
export const configIgnored: GatewayRule = ({ configDoubt: doubt, process }) =>
  doubt?.fact.kind === 'config-doubt' && doubt.fact.doubt === 'ignored' && process !== null
    ? told(doubt, 'config_ignored')
    : null;

const told = (doubt: Evidence, cause: Cause): GatewayFinding => ({
  condition: 'misconfigured',
  cause,
  remedy: 'alert',
  since: doubt.at,
  evidence: [doubt],
});
