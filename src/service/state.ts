/** Reads the state of Lifeline's own service, for `lifeline service status` and the doctor. Changes nothing. */
import { existsSync } from 'node:fs';
import { parseDuration } from '../base/duration.ts';
import { errorText } from '../base/errors.ts';
import { seeProcess } from '../sensors/process/proc.ts';
import { wordsOf } from '../supervisors/run-command.ts';
import { parseUnit, PROPERTIES } from '../supervisors/systemd-status.ts';
import { readDefinition } from './definition.ts';
import { launchdJob, launchdPath } from './launchd-job.ts';
import { lingers } from './linger.ts';
import { thisMachine, type ServiceMachine } from './machine.ts';
import { createManager, type Manager } from './manager.ts';
import { LABEL, UNIT } from './spec.ts';

export type ServiceScope = 'user' | 'system';

/**
 * `current`: what this Lifeline would write. `outdated`: an older Lifeline, or other settings, wrote it. `changed`: a
 * person did. Only `lifeline service install` mends the last two.
 */
export type DefinitionAge = 'current' | 'outdated' | 'changed';

export type ServiceState =
  /** No definition of Lifeline is there. */
  | { readonly kind: 'none' }
  /** There is a definition, and its service manager cannot be asked; `problem` is for people. */
  | {
      readonly kind: 'unreachable';
      readonly manager: 'systemd' | 'launchd';
      readonly scope: ServiceScope;
      readonly unit: string;
      readonly path: string;
      readonly problem: string;
    }
  | SystemdServiceState
  | LaunchdServiceState;

export interface SystemdServiceState {
  readonly kind: 'systemd';
  readonly scope: ServiceScope;
  /** `lifeline.service` */
  readonly unit: string;
  readonly path: string;
  /** systemd's own words: `active`, `activating`, `reloading`, `deactivating`, `inactive`, `failed`. */
  readonly active: string;
  /** Starts with the machine (or the user's manager). */
  readonly enabled: boolean;
  /**
   * Whether the user's manager outlives their login; null for the scope `system`, where it does not matter, and where
   * it cannot be told.
   */
  readonly linger: boolean | null;
  /** Why that cannot be told; null: it can be, or does not matter. */
  readonly lingerProblem: string | null;
  readonly definition: DefinitionAge;
  /** Whose process it is. */
  readonly user: string;
  readonly pid: number | null;
  /** Since when it is in this state, in milliseconds since the epoch. */
  readonly since: number | null;
  /** How often systemd has started it again by itself. */
  readonly restarts: number | null;
  /** The time within which the watchdog must be fed; null: there is no watchdog. */
  readonly watchdogMs: number | null;
  readonly memoryBytes: number | null;
  /** The status that Lifeline has sent to systemd last. */
  readonly status: string | null;
  /** The configuration that it runs with; null when the definition does not say. */
  readonly configFile: string | null;
}

export interface LaunchdServiceState {
  readonly kind: 'launchd';
  readonly scope: 'user';
  /** The label of its job. */
  readonly unit: string;
  readonly path: string;
  readonly active: boolean;
  /** Loaded, and nobody has forbidden it. */
  readonly enabled: boolean;
  readonly definition: DefinitionAge;
  readonly pid: number | null;
  readonly configFile: string | null;
}

/** @returns `none` where there is no service manager either. Never throws. */
export const serviceState = async (machine: ServiceMachine = thisMachine()): Promise<ServiceState> => {
  if (machine.platform === 'darwin') return launchdState(machine);
  const found: ServiceState[] = [];
  for (const scope of ['user', 'system'] as const) {
    const manager = createManager(scope, machine);
    if (existsSync(manager.path)) found.push(await systemdState(manager, machine));
  }
  return found.find((state) => state.kind === 'systemd' && state.active === 'active') ?? found[0] ?? { kind: 'none' };
};

const SHOWN = [...PROPERTIES, 'UnitFileState', 'StatusText', 'WatchdogUSec', 'MemoryCurrent'];

/** @returns `unreachable` when its manager does not answer. */
export const systemdState = async (
  manager: Manager,
  machine: ServiceMachine,
): Promise<Exclude<ServiceState, { kind: 'none' | 'launchd' }>> => {
  const { scope, path } = manager;
  try {
    const output = await manager.systemctl('show', `--property=${SHOWN.join(',')}`, UNIT);
    if (output.exitCode !== 0)
      return { kind: 'unreachable', manager: 'systemd', scope, unit: UNIT, path, problem: wordsOf(output) };
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(output.stdout)?.[1] ?? '';
    const { pid, restarts, since } = parseUnit(output.stdout);
    const definition = await readDefinition(path, manager, machine);
    const linger = scope === 'user' ? await lingers(machine) : null;
    const user = scope === 'user' ? machine.self.name : (definition?.user ?? 'root');
    return {
      kind: 'systemd',
      scope,
      unit: UNIT,
      path,
      active: value('ActiveState'),
      enabled: value('UnitFileState') === 'enabled',
      linger: linger?.on ?? null,
      lingerProblem: linger?.on === null ? linger.problem : null,
      definition: definition?.age ?? 'changed',
      user,
      pid,
      // A reload changes the state and not the process.
      since: (pid === null ? null : await seeProcess(pid).catch(() => null))?.startedAt ?? since,
      restarts,
      watchdogMs: spanMs(value('WatchdogUSec')),
      memoryBytes: /^\d+$/.test(value('MemoryCurrent')) ? Number(value('MemoryCurrent')) : null,
      status: value('StatusText') || null,
      configFile: definition?.configFile ?? null,
    };
  } catch (error) {
    return { kind: 'unreachable', manager: 'systemd', scope, unit: UNIT, path, problem: errorText(error) };
  }
};

/** `1min 30s`, `3s`, `infinity`, as systemctl prints them. @returns null for none. */
const spanMs = (text: string): number | null => parseDuration(text.replaceAll('min', 'm').replaceAll(' ', '')) || null;

const launchdState = async (machine: ServiceMachine): Promise<ServiceState> => {
  const path = launchdPath(machine.self.home);
  const known = { scope: 'user', unit: LABEL, path } as const;
  if (!existsSync(path)) return { kind: 'none' };
  try {
    const { state, main } = await launchdJob(machine).status();
    const definition = await readDefinition(path, null, machine);
    return {
      ...known,
      kind: 'launchd',
      active: state === 'active',
      enabled: state !== 'inactive' && state !== 'masked',
      definition: definition?.age ?? 'changed',
      pid: main?.pid ?? null,
      configFile: definition?.configFile ?? null,
    };
  } catch (error) {
    return { ...known, kind: 'unreachable', manager: 'launchd', problem: errorText(error) };
  }
};
