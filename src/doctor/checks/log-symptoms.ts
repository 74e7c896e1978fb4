/** What the log names that somebody must mend in a console, in the settings or on the machine. */
import { join } from 'node:path';
import type { Symptom } from '../../gateways/symptom.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { KeptIn } from '../container.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding, FindingSeverity } from '../finding.ts';
import { restart } from '../gateway-commands.ts';

const SEVERITIES: Readonly<Record<Symptom['code'], FindingSeverity>> = {
  log_credentials: 'error',
  log_permission: 'error',
  log_app_in_use: 'error',
  log_dependency: 'error',
  log_quota: 'error',
  log_intents: 'error',
  log_banned: 'error',
  log_address: 'error',
  log_push_refused: 'warning',
  log_refuses_start: 'error',
  log_parked: 'error',
  log_nobody_allowed: 'warning',
  log_no_platform: 'warning',
  log_database: 'error',
  log_out_of_memory: 'warning',
  log_pid_race: 'error',
  log_many_starts: 'info',
  log_config_reverted: 'error',
  log_config_skipped: 'error',
  log_brake: 'error',
  log_other_supervisor: 'warning',
  log_drain_cut: 'warning',
  log_memory: 'warning',
  log_stuck_session: 'warning',
  log_unanswered: 'error',
  log_stuck_channel: 'warning',
};

export const logSymptoms: DoctorCheck<DoctorContext> = {
  name: 'log-symptoms',
  run: async (context) => {
    const { anyLog, symptoms } = await context.symptoms();
    if (!anyLog) return { skip: 'no_log' };
    const isRunning = (await context.processes()).length > 0;
    const container = await context.container();
    return symptoms.map(({ symptom }): DoctorFinding => ({
      ...symptom,
      gateway: context.gateway.name,
      severity: SEVERITIES[symptom.code],
      commands: commandsFor(symptom, context, container, isRunning),
      fix: null,
    }));
  },
};

/** The symptoms that a command mends, without a console or an editor. */
const commandsFor = (
  symptom: Symptom,
  { gateway, kind }: DoctorContext,
  container: KeptIn | null,
  isRunning: boolean,
): readonly string[] => {
  if (symptom.code === 'log_dependency') {
    const install = [pythonOf(gateway.command), '-m', 'pip', 'install', symptom.module];
    return [
      commandLine(
        container === null
          ? install
          : [...(container.tool === null ? [] : [container.tool, 'exec', container.name]), ...install],
      ),
      ...restart(gateway, container),
    ];
  }
  if (symptom.code === 'log_address') return ['curl -4 https://api.ipify.org'];
  if (symptom.code === 'log_refuses_start' || symptom.code === 'log_parked') return restart(gateway, container);
  // While a gateway runs, the file is no left-over.
  const [record] = kind.records;
  if (symptom.code !== 'log_pid_race' || isRunning || !record) return [];
  const path = join(gateway.home, record.path);
  return [commandLine(['mv', path, `${path}.stale`]), ...restart(gateway, container)];
};

const pythonOf = ([program = '']: readonly string[]): string =>
  /(?:^|\/)python[\d.]*$/.test(program) ? program : 'python3';
