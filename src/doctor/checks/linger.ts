/** A user unit without lingering ends when its user logs out, and does not start with the machine. */
import { UserError } from '../../base/errors.ts';
import { askLinger } from '../../supervisors/linger.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';

export const linger: DoctorCheck<DoctorContext> = {
  name: 'linger',
  run: async (context) => {
    const { user, run, gateway } = context;
    const unit = (await context.units()).find(({ scope }) => scope === 'user');
    if (!unit) return [];
    const asked = await askLinger(user, run);
    if (asked.on === null) throw new UserError('SUPERVISOR_UNREACHABLE', asked.problem);
    return asked.on
      ? []
      : [
          {
            code: 'no_linger',
            gateway: gateway.name,
            severity: 'warning',
            unit: unit.name,
            user,
            commands: [`sudo loginctl enable-linger ${user}`],
            fix: null,
          },
        ];
  },
};
