import { settledAt } from '../advance-link.ts';
import { platformOf } from '../link-name.ts';
import type { DiagnosisPolicy } from '../policy.ts';
import type { GatewayState, LinkState } from '../state.ts';
import { failedByNetwork } from './failures.ts';
import type { GatewayRule } from './finding.ts';
import { fresh } from './resumed.ts';

/** Several links are lost and none can reach its platform: the network of this machine is ill, not the gateway. */
export const networkDown: GatewayRule = (state, policy, now) => {
  const cut = cutOff(state, policy, now);
  if (!cut || now < cut.until) return null;
  return {
    condition: 'network_down',
    cause: 'network_unreachable',
    remedy: 'alert',
    since: cut.since,
    evidence: cut.links.map(({ failure, reachable }) => reachable ?? failure),
  };
};

interface CutOff {
  readonly since: number;
  /** When the network may be blamed; until then the links wait for it, so that one message tells of all. */
  readonly until: number;
  readonly links: readonly LinkState[];
}

/** @returns null unless there are several links and each is cut off by the network. */
export const cutOff = (state: GatewayState, policy: DiagnosisPolicy, now: number): CutOff | null => {
  const links = [...state.links]
    .filter(([name]) => policy.platforms[platformOf(name)]?.listens !== true)
    .map(([, link]) => settledAt(link, now))
    .filter((link) => link.proof !== null || link.loss !== null || link.failure !== null);
  if (
    links.length < 2 ||
    !links.every((link) => (link.loss !== null || link.proof === null) && failedByNetwork(link, now))
  )
    return null;
  const since = Math.max(...links.map((link) => link.loss?.at ?? link.since));
  return { since, until: fresh(state, since) + policy.networkGraceMs, links };
};
