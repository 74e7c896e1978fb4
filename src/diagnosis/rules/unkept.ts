/** It runs, and what keeps it cannot be asked: nothing would bring it back, and Lifeline could not. */
import type { GatewayRule } from './finding.ts';

export const unkept: GatewayRule = ({ keeperSilent, process }, policy, now) => {
  if (keeperSilent === null || !process) return null;
  const found = { cause: 'keeper_silent', since: keeperSilent.at, evidence: [keeperSilent] } as const;
  const until = keeperSilent.at + policy.goneGraceMs;
  return now < until
    ? { ...found, condition: 'healthy', remedy: 'wait', until }
    : { ...found, condition: 'unkept', remedy: 'alert' };
};
