/** Nothing starts the gateway again when it ends: no service manager knows it, or the one that does was told not to. */
import { existsSync } from 'node:fs';
import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { install } from '../gateway-commands.ts';
import { createDockerSupervisor } from '../../supervisors/docker.ts';

export const nobodyRevives: Check<DoctorContext> = {
  name: 'nobody-revives',
  run: async (context) => {
    const { gateway, kind, services } = context;
    if (gateway.supervisor === 'docker') return gateway.unit === null ? [] : containerFinding(context, gateway.unit);
    // It is kept where Lifeline cannot ask.
    if (kind.foundBy === 'nobody') return [];
    // Where Lifeline itself keeps the process, it is the one that revives it.
    if (gateway.supervisor === 'process' && gateway.heal === 'auto') return [];
    const kept = (await context.plists()).length > 0 || services.some(({ supervisor, path }) => supervisor === 's6' && existsSync(path)) || (await context.units()).length > 0;
    return kept ? [] : [{ code: 'nobody_revives', gateway: gateway.name, severity: 'warning', supervisor: gateway.supervisor, commands: install(gateway), fix: null }];
  },
};

const containerFinding = async ({ gateway, run, clock }: DoctorContext, unit: string): Promise<readonly Finding[]> => {
  const container = await createDockerSupervisor({ tool: 'docker', container: unit, run, clock }).inspect();
  if (container?.restartPolicy.name !== 'no') return [];
  return [{ code: 'nobody_revives', gateway: gateway.name, severity: 'warning', supervisor: 'docker', commands: [`docker update --restart unless-stopped ${unit}`], fix: null }];
};
