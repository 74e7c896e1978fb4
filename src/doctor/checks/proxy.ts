/**
 * Proxies in the gateway's environment: QQ's socket goes through them, Feishu's only half does (docs/facts/feishu.md
 * 1.5).
 */
import { parseEndpoint } from '../../base/endpoint.ts';
import { systemResolve } from '../../sensors/network/resolve.ts';
import { tcpConnect, tryToReach } from '../../sensors/network/tcp-reach.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { gatewayVariables } from '../gateway-variables.ts';
import { restart } from '../gateway-commands.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { join } from 'node:path';
import { judgeProxies, PROXY_VARIABLES, type Variables } from '../proxies.ts';
import { configuredLinks } from '../configured-links.ts';

const LIMIT_MS = 3_000;

export const proxy: DoctorCheck<DoctorContext> = {
  name: 'proxy',
  run: async (context) => {
    const { gateway, kind } = context;
    const order = kind.exam.proxies;
    if (order === null) return { skip: 'proxy_unknown' };
    const variables = await proxyVariables(context);
    if (!PROXY_VARIABLES.some((name) => variables[name])) return { skip: 'no_proxy' };
    const links = await configuredLinks(context);
    const { faults, used } = judgeProxies(variables, {
      links,
      order,
      hosts: (link) => gateway.hosts[link] ?? kind.platformHosts[link] ?? [],
    });
    const file = kind.exam.settings && join(gateway.home, kind.exam.settings.env);
    const commands = [
      ...(file === null ? [] : [commandLine(['nano', file])]),
      ...restart(gateway, await context.container()),
    ];
    const found = faults.map((fault): DoctorFinding => ({
      ...fault,
      gateway: gateway.name,
      severity: fault.code === 'proxy_feishu' ? 'warning' : 'error',
      commands,
      fix: null,
    }));
    const dead = await Promise.all(
      used.map(async ({ variable, endpoint }): Promise<DoctorFinding[]> => {
        const address = parseEndpoint(endpoint);
        const reach =
          address && (await tryToReach(address, { resolve: systemResolve, connect: tcpConnect, limitMs: LIMIT_MS }));
        return reach?.ok === false
          ? [
              {
                code: 'proxy_dead',
                gateway: gateway.name,
                severity: 'error',
                variable,
                endpoint,
                why: reach.why,
                commands,
                fix: null,
              },
            ]
          : [];
      }),
    );
    return [...found, ...dead.flat()];
  },
};

/** What its process was started with, or would be, and what it adds itself from its `.env`. */
const proxyVariables = async (context: DoctorContext): Promise<Variables> => {
  const { kind, text } = context;
  const names = [...PROXY_VARIABLES, 'NO_PROXY', 'no_proxy'];
  const found: Record<string, string> = {};
  const { settings } = kind.exam;
  for (const [name, value] of settings ? settings.variables((await text(settings.env)) ?? '') : [])
    if (names.includes(name)) found[name] = value;
  for (const [name, value] of await gatewayVariables(context, names)) found[name] = value;
  return found;
};
