/** `Restart=no`: systemd starts the gateway with the session and never again. */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { systemctl } from '../systemd-units.ts';
import { commandLine } from '../../supervisors/command-steps.ts';

export const unitRestart: DoctorCheck<DoctorContext> = {
  name: 'unit-restart',
  run: async (context) =>
    (await context.units())
      .filter(({ restart }) => restart === 'no')
      .map(({ scope, name }) => ({
        code: 'unit_restart_no',
        gateway: context.gateway.name,
        severity: 'error',
        unit: name,
        commands: [commandLine(systemctl(scope, 'edit', name))],
        fix: null,
      })),
};
