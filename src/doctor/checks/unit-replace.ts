/** `--replace` in a unit that systemd revives: two starts throw each other out (#13655). Today's unit has none. */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { reinstall } from '../gateway-commands.ts';

export const unitReplace: DoctorCheck<DoctorContext> = {
  name: 'unit-replace',
  run: async (context) =>
    (await context.units())
      .filter(({ argv, restart }) => argv.includes('--replace') && restart !== 'no')
      .map(({ name }) => ({
        code: 'unit_replace',
        gateway: context.gateway.name,
        severity: 'error',
        unit: name,
        commands: reinstall(context.gateway),
        fix: null,
      })),
};
