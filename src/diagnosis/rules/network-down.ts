import type { LinkState } from '../state.ts';
import type { GatewayRule } from './finding.ts';
import { failedByNetwork } from './failures.ts';

/** Several links are lost and none can reach its platform: the network of this machine is ill, not the gateway. */
export const networkDown: GatewayRule = (state, policy, now) => {
  const links = [...state.links.values()].filter((link) => link.proof !== null || link.loss !== null || link.failure !== null);
  const lost = links.filter((link) => isCutOff(link, now));
  if (links.length < 2 || lost.length < links.length) return null;
  const since = Math.max(...lost.map((link) => link.loss?.at ?? link.since));
  const until = since + policy.networkGraceMs;
  if (now < until) return null;
  return {
    condition: 'network_down',
    cause: 'network_unreachable',
    remedy: 'alert',
    since,
    evidence: lost.map(({ failure, reachable }) => reachable ?? failure),
  };
};

const isCutOff = (link: LinkState, now: number): boolean => (link.loss !== null || link.proof === null) && failedByNetwork(link, now);
