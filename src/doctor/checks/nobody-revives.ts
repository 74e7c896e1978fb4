/** Nothing starts the gateway again when it ends: no service manager knows it, or the one that does was told not to. */
import { existsSync } from 'node:fs';
import type { DoctorCheck } from '../check.ts';
import type { KeptIn } from '../container.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { install } from '../gateway-commands.ts';
import { commandLine } from '../../supervisors/command-steps.ts';

export const nobodyRevives: DoctorCheck<DoctorContext> = {
  name: 'nobody-revives',
  run: async (context) => {
    const { gateway, kind, services } = context;
    const container = await context.container();
    // Lifeline does not speak to its engine: who brings it back is not known.
    if (container?.tool === null) return { skip: 'in_container' };
    if (container) return containerFindings(gateway.name, container);
    // Without its name there is nothing to ask.
    if (gateway.supervisor === 'docker') return [];
    // It is kept where Lifeline cannot ask.
    if (kind.foundBy === 'nobody') return [];
    // Where Lifeline itself keeps the process, it is the one that revives it.
    if (gateway.supervisor === 'process' && gateway.heal === 'auto') return [];
    const kept =
      (await context.plists()).length > 0 ||
      services.some(({ supervisor, path }) => supervisor === 's6' && existsSync(path)) ||
      (await context.units()).length > 0;
    return kept
      ? []
      : [
          {
            code: 'nobody_revives',
            gateway: gateway.name,
            severity: 'warning',
            supervisor: gateway.supervisor,
            commands: install(gateway),
            fix: null,
          },
        ];
  },
};

const containerFindings = async (gateway: string, container: KeptIn): Promise<readonly DoctorFinding[]> => {
  const found = await container.inspect();
  if (found?.restartPolicy.name !== 'no') return [];
  // Podman takes no other policy for a container that is there (4.3).
  const commands =
    found.engine === 'podman' ? [] : [commandLine(['docker', 'update', '--restart', 'unless-stopped', container.name])];
  return [{ code: 'nobody_revives', gateway, severity: 'warning', supervisor: found.engine, commands, fix: null }];
};
