/** What keeps Lifeline itself: the rescuer must be harder to kill than the gateway. */
import { resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { DoctorCheck } from '../../doctor/check.ts';
import type { DoctorFinding } from '../../doctor/finding.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import { inContainer, type SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';
import type { OwnService } from '../own-service.ts';

const INSTALL = ['lifeline service install'];

export const service: DoctorCheck<SelfContext> = {
  name: 'service',
  run: async ({ config, fromFile, service: ask }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    const state = await ask();
    if (state.kind === 'none')
      return inContainer() ? { skip: 'in_container' } : [own('warning', { code: 'own_service_none' }, INSTALL)];
    if (state.kind === 'unreachable') throw new UserError('SERVICE_UNREACHABLE', state.problem);
    return [...judge(state), ...otherConfig(state, config.file)];
  },
};

type Installed = Exclude<OwnService, { readonly kind: 'none' | 'unreachable' }>;

const judge = (state: Installed): readonly DoctorFinding[] => {
  const { unit } = state;
  const found: DoctorFinding[] = [];
  if (!isUp(state))
    found.push(
      own(
        'error',
        { code: 'own_service_down', unit, state: typeof state.active === 'string' ? state.active : 'not running' },
        startOf(state),
      ),
    );
  if (!state.enabled) found.push(own('warning', { code: 'own_service_not_enabled', unit }, INSTALL));
  if (state.definition !== 'current')
    found.push(
      own(
        state.definition === 'outdated' ? 'warning' : 'info',
        { code: 'own_service_definition', unit, age: state.definition },
        INSTALL,
      ),
    );
  if (state.kind === 'systemd') {
    if (state.linger === false)
      found.push(
        own('warning', { code: 'own_service_no_linger', unit, user: state.user }, [
          commandLine(['sudo', 'loginctl', 'enable-linger', state.user]),
        ]),
      );
    if (state.lingerProblem !== null) found.push(own('warning', { code: 'cannot_ask', problem: state.lingerProblem }));
    if (state.watchdogMs === null) found.push(own('warning', { code: 'own_service_no_watchdog', unit }, INSTALL));
  }
  return found;
};

const isUp = ({ active }: Installed): boolean =>
  typeof active === 'string' ? ['active', 'activating', 'reloading'].includes(active) : active;

const startOf = (state: Installed): readonly string[] =>
  state.kind === 'launchd'
    ? INSTALL
    : [
        commandLine([
          ...(state.scope === 'system' ? ['sudo'] : []),
          'systemctl',
          ...(state.scope === 'user' ? ['--user'] : []),
          'start',
          state.unit,
        ]),
      ];

const otherConfig = ({ unit, configFile }: Installed, file: string): readonly DoctorFinding[] =>
  configFile === null || resolve(configFile) === resolve(file)
    ? []
    : [own('info', { code: 'own_service_other_config', unit, configFile, file: resolve(file) })];
