/**
 * What systemd will do about a unit whose process has ended: start it again, or not, and whether somebody stopped it
 * (docs/facts/supervisors.md). Pure: from what `systemctl show` prints at the moment of the death.
 */
import { EX_CONFIG } from '../base/exit-codes.ts';
import type { KeeperWord } from './supervisor.ts';

/** Of systemd 240 and later; `RestartUSecNext` since 254, and not printed before. */
export const OUTLOOK_PROPERTIES = [
  'ActiveState',
  'SubState',
  'LoadState',
  'UnitFileState',
  'Result',
  'ConditionResult',
  'ConditionTimestampMonotonic',
  'ExecMainStartTimestampMonotonic',
  'ExecMainExitTimestampMonotonic',
  'ActiveExitTimestampMonotonic',
  'ExecMainCode',
  'ExecMainStatus',
  'Restart',
  'RestartUSec',
  'RestartUSecNext',
  'RestartPreventExitStatus',
  'Requires',
  'Requisite',
  'BindsTo',
  'PartOf',
] as const;

export type UnitProperties = Readonly<Record<string, string | undefined>>;

export interface OutlookInput {
  readonly unit: UnitProperties;
  /** A job for the unit is queued or under way. */
  readonly job: 'start' | 'restart' | 'stop' | null;
  /** systemd gave up after too many starts. */
  readonly latched: boolean;
  /** Units that this unit requires, and that are not active. */
  readonly missingUnits: readonly string[];
}

export const outlookOf = ({ unit, job, latched, missingUnits }: OutlookInput): KeeperWord => {
  const { ActiveState: active = '', SubState: sub = '', LoadState: load = '' } = unit;
  if (job === 'start' || job === 'restart') return { next: 'starts', withinMs: 0 };
  if (active === 'activating' || sub.endsWith('-before-auto-restart'))
    return { next: 'starts', withinMs: sub.includes('auto-restart') ? pauseMs(unit) : 0 };
  // Every death passes through this, and so does a stop that somebody asked for.
  if (job === 'stop' || active === 'deactivating' || active === 'active' || active === 'reloading')
    return { next: 'settling' };
  // The start finds this out, and its refusal names the command that undoes it.
  if (load === 'masked') return { next: 'nothing', enabled: true };
  if (load === 'not-found') return { next: 'unknown' };
  if (load === 'bad-setting' || load === 'error')
    return { next: 'blocked', reason: 'the definition of its unit has an error' };
  const enabled = ENABLED.has(unit['UnitFileState'] ?? '');
  if (!happened(unit['ExecMainStartTimestampMonotonic'])) {
    return unit['ConditionResult'] === 'no' && happened(unit['ConditionTimestampMonotonic'])
      ? { next: 'blocked', reason: 'a condition of its unit is not met' }
      : { next: 'forgotten', enabled, always: unit['Restart'] === 'always' };
  }
  if (
    latched ||
    unit['Result'] === 'start-limit-hit' ||
    isPrevented(unit) ||
    (!wouldRestart(unit) && !wasStopped(unit))
  )
    return {
      next: 'nothing',
      enabled: true,
      ...(unit['Result'] === 'oom-kill' ? { ended: 'out_of_memory' } : {}),
      ...(unit['ExecMainCode'] === EXITED && Number(unit['ExecMainStatus']) === EX_CONFIG
        ? { ended: 'config_refused' }
        : {}),
    };
  // systemd would have started the unit again, or has itself begun its end. A unit that this one requires may have
  // taken it down; otherwise somebody stopped it.
  return missingUnits.length > 0
    ? { next: 'blocked', reason: `its unit needs ${missingUnits.join(', ')}, which is not active` }
    : { next: 'stopped' };
};

const ENABLED: ReadonlySet<string> = new Set(['enabled', 'enabled-runtime', 'generated', 'alias']);

const happened = (microseconds: string | undefined): boolean => Number(microseconds ?? 0) > 0;

/**
 * Returns the units that the unit requires: it ends with each of them. The targets and slices that every unit has are
 * left out.
 */
export const neededUnits = (unit: UnitProperties): readonly string[] =>
  [
    ...new Set(['Requires', 'Requisite', 'BindsTo', 'PartOf'].flatMap((name) => (unit[name] ?? '').split(/\s+/))),
  ].filter(
    (name) =>
      name !== '' &&
      !/\.slice$|^(?:-|basic|sysinit|shutdown|default|graphical|multi-user)\.(?:target|mount)$/.test(name),
  );

const pauseMs = (unit: UnitProperties): number | null =>
  parseTimeSpan(unit['RestartUSecNext'] ?? '') ?? parseTimeSpan(unit['RestartUSec'] ?? '');

/** Compares `Restart=` with how the main process ended (systemd.service(5), table 1). */
const wouldRestart = ({ Restart: restart = 'no', Result: result = '' }: UnitProperties): boolean => {
  switch (restart) {
    case 'always':
      return true;
    case 'on-success':
      return result === 'success';
    case 'on-failure':
      return result !== 'success';
    case 'on-abnormal':
      return ['signal', 'core-dump', 'timeout', 'watchdog', 'oom-kill'].includes(result);
    case 'on-abort':
      return result === 'signal' || result === 'core-dump';
    case 'on-watchdog':
      return result === 'watchdog';
    default:
      return false;
  }
};

/** Ends of systemd's own making are none of these: its watchdog, its memory limit, the most that it may run. */
const STOPPED_WITH: ReadonlySet<string> = new Set(['success', 'exit-code', 'signal', 'core-dump']);

/**
 * Whether a stop came before the end of its process: of a process that ends by itself, or by a signal from elsewhere,
 * systemd learns first that it has ended, and leaves `active` only then (seen on 252).
 */
const wasStopped = ({
  Result: result = '',
  ActiveExitTimestampMonotonic: left,
  ExecMainExitTimestampMonotonic: ended,
}: UnitProperties): boolean => STOPPED_WITH.has(result) && happened(left) && Number(left) < Number(ended ?? 0);

const EXITED = '1';

const isPrevented = ({
  RestartPreventExitStatus: prevent = '',
  ExecMainCode: code = '',
  ExecMainStatus: status = '',
}: UnitProperties): boolean => {
  // systemd prints numbers for exit codes and for signals alike: `78 9`, and names in newer versions.
  const words = prevent.split(/[\s,]+/).map((word) => word.replace(/^SIG/, ''));
  return code === EXITED ? words.includes(status) : words.includes(status) && Number(status) > 0;
};

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * `1min 30s`, `100ms`, as systemd prints a time span. @returns milliseconds; null for `infinity` and whatever is none.
 */
export const parseTimeSpan = (text: string): number | null => {
  const parts = text.trim().split(/\s+/);
  let total = 0;
  for (const part of parts) {
    const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(part) ?? [];
    // Only a zero has no unit.
    const factor = amount === '0' && unit === '' ? 1 : UNITS[unit];
    if (amount === undefined || factor === undefined) return null;
    total += Number(amount) * factor;
  }
  return Math.round(total);
};
