/**
 * The service manager has stopped trying: after exit 78 only another configuration helps; after too many starts the
 * service manager waits to be reset.
 */
import { existsSync } from 'node:fs';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { wordsOf } from '../../supervisors/run-command.ts';
import { createS6Supervisor } from '../../supervisors/s6.ts';
import type { ActionResult } from '../../supervisors/supervisor.ts';
import { busEnv, systemctl, type SystemdUnit } from '../systemd-units.ts';

/** sysexits.h, EX_CONFIG: a restart is useless, a human must act. */
const FATAL = 78;

export const latched: DoctorCheck<DoctorContext> = {
  name: 'latched',
  run: async (context) => [
    ...(await context.units()).flatMap((unit) => unitFindings(unit, context)),
    ...(await slotFindings(context)),
  ],
};

const unitFindings = (unit: SystemdUnit, context: DoctorContext): readonly DoctorFinding[] => {
  const { scope, name, activeState, result, exitCode } = unit;
  if (activeState !== 'failed' && activeState !== 'inactive') return [];
  const base = { gateway: context.gateway.name, severity: 'error', unit: name } as const;
  const reset = [systemctl(scope, 'reset-failed', name), systemctl(scope, 'start', name)];
  const commands = reset.map(commandLine);
  if (exitCode === FATAL) return [{ ...base, code: 'config_fatal', commands, fix: null }];
  if (result !== 'start-limit-hit') return [];
  return [
    {
      ...base,
      code: 'start_limit',
      commands,
      fix: {
        edit: null,
        act: { key: `systemd:${scope}:${name}`, commands, run: (signal) => runAll(reset, unit, context, signal) },
      },
    },
  ];
};

const runAll = async (
  argvs: readonly (readonly [string, ...string[]])[],
  { scope }: SystemdUnit,
  { run, uid, clock }: DoctorContext,
  signal: AbortSignal,
): Promise<ActionResult> => {
  const steps = [];
  for (const argv of argvs) {
    steps.push({ at: clock.now(), action: 'command' as const, pid: null, command: commandLine(argv) });
    const output = await run(argv, { signal, ...(scope === 'user' ? { env: busEnv(uid) } : {}) });
    if (output.exitCode !== 0) return { outcome: 'failed', steps, reason: wordsOf(output) };
  }
  return { outcome: 'done', steps };
};

const slotFindings = async ({ services, gateway, run, clock }: DoctorContext): Promise<readonly DoctorFinding[]> => {
  const slot = services.find(({ supervisor, path }) => supervisor === 's6' && existsSync(path));
  if (!slot) return [];
  const supervisor = createS6Supervisor({ slot: slot.path, run, clock });
  const { state, exit } = await supervisor.status();
  const fatal = state === 'failed' && exit !== null && 'code' in exit && exit.code === FATAL;
  return fatal
    ? [
        {
          code: 'config_fatal',
          gateway: gateway.name,
          severity: 'error',
          unit: slot.unit,
          commands: [supervisor.command('start')],
          fix: null,
        },
      ]
    : [];
};
