/** `lifeline service install|uninstall|status`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { diffLines } from '../base/diff.ts';
import { findAccount } from '../service/accounts.ts';
import { carryOut } from '../service/install.ts';
import { lastLogLines } from '../service/last-lines.ts';
import { lingers, lingerShown } from '../service/linger.ts';
import { thisMachine, type ServiceMachine } from '../service/machine.ts';
import { createManager } from '../service/manager.ts';
import { planInstall, type InstallPlan } from '../service/install-plan.ts';
import { LABEL, UNIT } from '../service/spec.ts';
import { serviceState, type ServiceScope, type ServiceState } from '../service/state.ts';
import { uninstall } from '../service/uninstall.ts';
import { usualConfig } from '../setup/paths.ts';
import { dryText, installedText, servicePlanText, uninstalledText } from '../text/cli/service.ts';
import { noServiceText, serviceText, unreachableText, type ServiceShown } from '../text/cli/service-status.ts';
import type { Locale } from '../text/locale.ts';
import { UserError } from '../base/errors.ts';
import { localeInUse, localeOfFile } from './help/language.ts';

interface ScopeOptions {
  readonly user?: boolean;
  readonly system?: boolean;
}

interface InstallOptions extends ScopeOptions {
  readonly config?: string;
  readonly runAs?: string;
  readonly dryRun?: boolean;
  readonly linger?: boolean;
}

/** @throws UserError when the configuration is invalid, or when the service would not end well. */
export const serviceInstall = async ({
  config,
  runAs,
  dryRun = false,
  linger = false,
  ...options
}: InstallOptions): Promise<void> => {
  const machine = thisMachine();
  const scope = scopeOf(options) ?? (machine.self.uid === 0 && machine.platform === 'linux' ? 'system' : 'user');
  const configFile = config ?? (await configOf(scope, runAs, machine));
  const plan = await planInstall(
    {
      configFile,
      scope,
      dryRun,
      locale: localeOfFile(configFile, process.env),
      ...(runAs === undefined ? {} : { runAs }),
    },
    machine,
  );
  const { locale } = plan.config;
  print(servicePlanText(shownOf(plan), locale));
  if (dryRun) return print(dryText(await dryFacts(plan, machine), locale));
  const installed = await carryOut(plan, machine, { linger });
  print(installedText(installed, locale));
  if (installed.outcome === 'not_ready') process.exitCode = 1;
};

export const serviceUninstall = async (options: ScopeOptions): Promise<void> => {
  const machine = thisMachine();
  const state = await serviceState(machine);
  const locale = localeOfState(state);
  print(uninstalledText(await uninstall({ scope: scopeOf(options), locale }, machine), locale));
};

/** Leaves the exit code 0 only when the service runs and starts with the machine. */
export const serviceStatus = async ({ json = false }: { readonly json?: boolean }): Promise<void> => {
  const machine = thisMachine();
  const state = await serviceState(machine);
  const locale = localeOfState(state);
  const fine =
    (state.kind === 'systemd' && (state.active === 'active' || state.active === 'reloading') && state.enabled) ||
    (state.kind === 'launchd' && state.active && state.enabled);
  if (!fine) process.exitCode = 1;
  if (json) return print(JSON.stringify(state));
  if (state.kind === 'none') return print(noServiceText(locale));
  if (state.kind === 'unreachable') return print(unreachableText(state, locale));
  print(serviceText(await shownState(state, machine), locale, machine.clock.now()));
};

const scopeOf = ({ user = false, system = false }: ScopeOptions): ServiceScope | undefined => {
  if (user && system) throw new UserError('USAGE_SCOPE', 'Give --user or --system, not both.');
  if (user) return 'user';
  return system ? 'system' : undefined;
};

/**
 * Returns the usual configuration of the account for which the service is installed: with sudo, that of whoever ran
 * sudo.
 */
const configOf = async (scope: ServiceScope, runAs: string | undefined, machine: ServiceMachine): Promise<string> => {
  const own = usualConfig({ ...machine.env, HOME: machine.self.home });
  const who = runAs ?? machine.env['SUDO_USER'];
  if (scope === 'user' || who === undefined || (runAs === undefined && existsSync(own))) return own;
  const account = await findAccount(who, machine);
  return account === null ? own : join(account.home, '.config', 'lifeline', 'config.yaml');
};

const shownOf = ({ manager, path, before, text }: InstallPlan): Parameters<typeof servicePlanText>[0] => ({
  path,
  before,
  lines: before === null ? text.trimEnd().split('\n') : changedLines(before.text, text),
  commands:
    manager === null
      ? [`launchctl bootstrap gui/${process.getuid?.() ?? ''} ${path}`]
      : [manager.command('daemon-reload'), manager.command('enable', UNIT), manager.command('restart', UNIT)],
});

const changedLines = (before: string, after: string): readonly string[] =>
  before === after ? [] : diffLines(before, after);

const dryFacts = async (
  { manager, spec, fleeting }: InstallPlan,
  machine: ServiceMachine,
): Promise<Parameters<typeof dryText>[0]> => ({
  manager: manager === null ? 'launchd' : 'systemd',
  watchdog: spec.notify,
  guard: spec.guard,
  fleeting,
  linger: spec.scope === 'system' || manager === null ? null : lingerShown(await lingers(machine), machine),
});

const shownState = async (
  state: Extract<ServiceState, { kind: 'systemd' | 'launchd' }>,
  machine: ServiceMachine,
): Promise<ServiceShown> => {
  const manager = state.kind === 'launchd' ? null : createManager(state.scope, machine);
  const config = readable(state.configFile);
  const log = await lastLogLines(
    { manager, config, home: machine.self.home, running: state.active === true || state.active === 'active' },
    8,
  );
  if (state.kind === 'systemd') return { ...state, manager: 'systemd', linger: lingerOf(state, machine), log };
  return {
    ...state,
    unit: LABEL,
    manager: 'launchd',
    active: state.active ? 'active' : 'inactive',
    since: null,
    restarts: null,
    watchdogMs: null,
    memoryBytes: null,
    status: null,
    linger: null,
    log,
  };
};

const lingerOf = (
  { linger, lingerProblem }: Extract<ServiceState, { kind: 'systemd' }>,
  machine: ServiceMachine,
): ServiceShown['linger'] => {
  if (lingerProblem !== null) return lingerShown({ on: null, problem: lingerProblem }, machine);
  return linger === null ? null : lingerShown({ on: linger }, machine);
};

/** Reads the configuration; null for another account's, or one that is invalid by now: then only the usual is known. */
const readable = (file: string | null): ReturnType<typeof loadConfig> | null => {
  if (file === null) return null;
  try {
    return loadConfig(file);
  } catch {
    return null;
  }
};

const localeOfState = (state: ServiceState): Locale => {
  const file = state.kind === 'systemd' || state.kind === 'launchd' ? state.configFile : null;
  return file === null ? localeInUse(process.env) : localeOfFile(file, process.env);
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
