/** A user unit without lingering ends when its user logs out, and does not start with the machine. */
import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';

export const linger: Check<DoctorContext> = {
  name: 'linger',
  run: async (context) => {
    const { user, run, gateway } = context;
    const unit = (await context.units()).find(({ scope }) => scope === 'user');
    if (!unit) return [];
    const output = await run(['loginctl', 'show-user', user, '--property=Linger']);
    // It refuses to tell of a user who is neither logged in nor lingering.
    const off = output.exitCode === 0 ? /^Linger=no$/m.test(output.stdout) : output.stderr.includes('not logged in or lingering');
    return off ? [{ code: 'no_linger', gateway: gateway.name, severity: 'warning', unit: unit.name, user, commands: [`sudo loginctl enable-linger ${user}`], fix: null }] : [];
  },
};
