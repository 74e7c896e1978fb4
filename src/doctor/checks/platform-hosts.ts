/** Whether the platforms of this gateway can be reached from here: name and connection, each within a limit. */
import { parseEndpoint } from '../../base/endpoint.ts';
import { systemResolve } from '../../sensors/network/resolve.ts';
import { tcpConnect, tryToReach } from '../../sensors/network/tcp-reach.ts';
import { hostOf } from '../../base/endpoint.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { configuredLinks } from '../configured-links.ts';

const LIMIT_MS = 4_000;

export const platformHostsCheck: DoctorCheck<DoctorContext> = {
  name: 'platform-hosts',
  run: async (context) => {
    const { gateway, kind } = context;
    if (context.network === false) return { skip: 'offline' };
    const links = await configuredLinks(context);
    const asked = links.flatMap((link) =>
      (gateway.hosts[link] ?? kind.platformHosts[link] ?? []).map((host) => ({ link, host })),
    );
    if (asked.length === 0) return { skip: 'no_links' };
    const found = await Promise.all(
      asked.map(async ({ link, host }): Promise<DoctorFinding[]> => {
        const endpoint = parseEndpoint(host);
        const reach =
          endpoint && (await tryToReach(endpoint, { resolve: systemResolve, connect: tcpConnect, limitMs: LIMIT_MS }));
        if (reach?.ok !== false) return [];
        return [
          {
            code: 'host_unreachable',
            gateway: gateway.name,
            severity: 'error',
            link,
            host,
            why: reach.why,
            commands: [`curl -sv -o /dev/null https://${(hostOf(`https://${host}`) ?? host).replace(/:443$/, '')}`],
            fix: null,
          },
        ];
      }),
    );
    return found.flat();
  },
};
