/** Several units start the same gateway: one under an old name beside the new one, or a user's beside a system's. */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { systemctl } from '../systemd-units.ts';

export const rivalUnits: DoctorCheck<DoctorContext> = {
  name: 'rival-units',
  run: async (context) => {
    const units = await context.units();
    const [keep, ...others] = units;
    if (!keep || others.length === 0) return [];
    const commands = others.map(({ scope, name }) =>
      commandLine([...(scope === 'system' ? ['sudo'] : []), ...systemctl(scope, 'disable', '--now', name)]),
    );
    return [
      {
        code: 'rival_units',
        gateway: context.gateway.name,
        severity: 'error',
        units: units.map(({ scope, name }) => `${name} (${scope})`),
        commands,
        fix: null,
      },
    ];
  },
};
