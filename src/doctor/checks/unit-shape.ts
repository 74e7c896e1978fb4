/** Units of older installers: ends that are not revived, long waits, a limit of starts, stops cut short. */
import type { InstalledService } from '../../gateways/exam.ts';
import { KINDS } from '../../gateways/index.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding, FindingFacts } from '../finding.ts';
import { reinstall } from '../gateway-commands.ts';
import { systemctl, type SystemdUnit } from '../systemd-units.ts';
import { servedByDefinition } from '../../gateways/gateway-kind.ts';

const SLOW_RESTART_MS = 120_000;

export const unitShape: DoctorCheck<DoctorContext> = {
  name: 'unit-shape',
  run: async (context) => {
    const { gateway, kind, userHome } = context;
    const commands = reinstall(gateway);
    return (await context.units()).flatMap((unit) => {
      const shape = shapeOf(unit, KINDS[gateway.kind].title, kind.exam.installs?.systemd ?? null).map(
        (facts): DoctorFinding => ({
          ...facts,
          gateway: gateway.name,
          severity: facts.code === 'unit_start_limited' ? 'info' : 'warning',
          commands,
          fix: null,
        }),
      );
      const served = servedByDefinition(kind, unit.argv, { HOME: userHome, ...unit.environment })?.home ?? null;
      // A system unit counts as another home's only where it names that home: the home of the unit's user is not known
      // here.
      const other =
        served !== null &&
        served !== gateway.home &&
        (unit.scope === 'user' || kind.homeVariables.some((name) => unit.environment[name] !== undefined));
      return [
        ...shape,
        ...notEnabled(unit, gateway.name),
        ...(other
          ? [
              {
                code: 'unit_other_home',
                gateway: gateway.name,
                severity: 'error',
                unit: unit.name,
                unitHome: served,
                home: gateway.home,
                commands: [commandLine(systemctl(unit.scope, 'cat', unit.name))],
                fix: null,
              } satisfies DoctorFinding,
            ]
          : []),
      ];
    });
  },
};

type Shape = Extract<
  FindingFacts,
  { readonly code: 'unit_restart_conditional' | 'unit_slow_restart' | 'unit_start_limited' | 'unit_stop_timeout' }
>;

/** @param today what its own installer writes; null: it has none, and its owner knows how long a stop may take. */
const shapeOf = (
  { name: unit, restart, restartDelayMs, startLimit, stopTimeoutMs }: SystemdUnit,
  title: string | null,
  today: InstalledService['systemd'] | null,
): readonly Shape[] => {
  const found: Shape[] = [];
  if (restart !== 'always' && restart !== 'no' && restart !== '')
    found.push({ code: 'unit_restart_conditional', unit, restart, title: today && title });
  if (restartDelayMs !== null && restartDelayMs >= SLOW_RESTART_MS)
    found.push({
      code: 'unit_slow_restart',
      unit,
      seconds: Math.round(restartDelayMs / 1_000),
      today: today && title !== null ? { title, seconds: today.restartSeconds } : null,
    });
  // systemd's own default, 5 within 10 s, is never met with a pause between the starts.
  if (
    startLimit &&
    today?.isLimited !== true &&
    startLimit.ms > 10_000 &&
    (restartDelayMs ?? 0) * startLimit.burst < startLimit.ms
  )
    found.push({
      code: 'unit_start_limited',
      unit,
      burst: startLimit.burst,
      seconds: Math.round(startLimit.ms / 1_000),
      title: today && title,
    });
  if (today && title !== null && stopTimeoutMs !== null && stopTimeoutMs < today.leastStopMs)
    found.push({
      code: 'unit_stop_timeout',
      unit,
      seconds: Math.round(stopTimeoutMs / 1_000),
      today: { title, seconds: today.stopSeconds },
    });
  return found;
};

const notEnabled = ({ scope, name, enabled, activeState }: SystemdUnit, gateway: string): readonly DoctorFinding[] =>
  enabled === 'disabled' && activeState === 'active'
    ? [
        {
          code: 'unit_not_enabled',
          gateway,
          severity: 'warning',
          unit: name,
          commands: [commandLine([...(scope === 'system' ? ['sudo'] : []), ...systemctl(scope, 'enable', name)])],
          fix: null,
        },
      ]
    : [];
