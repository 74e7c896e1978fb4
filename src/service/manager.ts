/** systemd's manager that is to keep Lifeline: the user's own, or the system's. */
import { commandLine } from '../supervisors/command-steps.ts';
import type { CommandOutput } from '../supervisors/run-command.ts';
import type { UserError } from '../base/errors.ts';
import { unreached } from '../supervisors/systemd-reasons.ts';
import { reachManager, systemctlOf } from '../supervisors/systemd-reach.ts';
import { join } from 'node:path';
import type { ServiceMachine } from './machine.ts';
import { UNIT, type ServiceSpec } from './spec.ts';

export interface Manager {
  readonly scope: ServiceSpec['scope'];
  /** Where Lifeline's unit is defined. */
  readonly path: string;
  /** @throws UserError when the user's manager is not there. */
  systemctl(...args: readonly string[]): Promise<CommandOutput>;
  /** Starts it anew and waits until it says that it is ready, or that cannot be. @throws as `systemctl` */
  restart(patienceMs: number): Promise<CommandOutput>;
  /** The last lines of Lifeline's log; empty where the journal does not have it. */
  journal(lines: number): Promise<readonly string[]>;
  /** Why it could not be reached at all; null: it was. */
  unreached(output: CommandOutput): UserError | null;
  /** As a person would type it. */
  command(...args: readonly string[]): string;
}

export const createManager = (scope: Manager['scope'], { env, self, run, systemUnits }: ServiceMachine): Manager => {
  const address = { scope, unit: UNIT, owner: self, self };
  const [program, ...prefix] = systemctlOf(address);
  const systemctl = async (args: readonly string[], timeoutMs?: number): Promise<CommandOutput> =>
    run([program, ...prefix, '--no-ask-password', ...args], {
      env: { ...(await reachManager(address, env)), TZ: 'UTC' },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  return {
    scope,
    path:
      scope === 'user'
        ? join(env['XDG_CONFIG_HOME'] || join(self.home, '.config'), 'systemd', 'user', UNIT)
        : join(systemUnits, UNIT),
    // Its times are read in UTC.
    systemctl: (...args) => systemctl(args),
    restart: (patienceMs) => systemctl(['restart', UNIT], patienceMs),
    journal: async (lines) => {
      // A user's own `journalctl --user -u` finds nothing where the journal is not parted by users.
      const output = await run([
        'journalctl',
        ...(scope === 'user' ? [`--user-unit=${UNIT}`] : [`--unit=${UNIT}`]),
        `--lines=${lines}`,
        '--output=cat',
        '--no-pager',
        '--quiet',
      ]);
      return output.exitCode === 0 ? output.stdout.split('\n').filter((line) => line.trim() !== '') : [];
    },
    unreached: (output) => unreached(output, address),
    command: (...args) =>
      commandLine([...(scope === 'system' && self.uid !== 0 ? ['sudo'] : []), program, ...prefix, ...args]),
  };
};
