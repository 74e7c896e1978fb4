import type { LinkName } from '../../diagnosis/evidence.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { GatewayKind } from '../../gateways/gateway-kind.ts';

/**
 * Where a link's platform answers: the hosts that the gateway's own log named (`learned`), which beat the kind's
 * usual ones: a gateway may use another domain, or a platform on this machine.
 */
export const platformHosts =
  (kind: GatewayKind, learned: (link: LinkName) => readonly string[]) =>
  (link: LinkName): readonly string[] => {
    const named = learned(link);
    return named.length > 0 ? named : (kind.platformHosts[platformOf(link)] ?? []);
  };
