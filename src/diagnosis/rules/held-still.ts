/**
 * Somebody holds the gateway still: its container is paused, its unit frozen. What a person did is told, and left as it
 * is.
 */
import type { GatewayRule } from './finding.ts';

export const heldStill: GatewayRule = ({ paused: since, process }, policy, now) => {
  if (since === null || !process) return null;
  const found = { cause: 'held_still', since: since.at, evidence: [since] } as const;
  // A copy of a container holds it still for a moment, too.
  const until = since.at + policy.handGraceMs;
  return now < until
    ? { ...found, condition: 'paused', remedy: 'wait', until }
    : { ...found, condition: 'paused', remedy: 'alert' };
};
