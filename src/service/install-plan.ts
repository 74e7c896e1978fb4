/** Plans an installation, or says why there can be none. Changes nothing but for a first file for secrets. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Config } from '../config/config.ts';
import { readConfigText } from '../config/load.ts';
import { serviceRefusalText, type ServiceRefusal } from '../text/cli/service.ts';
import type { Locale } from '../text/locale.ts';
import { findAccount, ownerOf } from './accounts.ts';
import { readDefinition, type Definition } from './definition.ts';
import { envFileOf, envFileText, envNamesIn, readEnvFile } from './env-file.ts';
import { configOfService, pathOfService, specOf } from './make-spec.ts';
import { holderOfData } from './data-folder-holder.ts';
import { commandLine } from '../supervisors/command-steps.ts';
import { launchdJob, launchdPath } from './launchd-job.ts';
import { fleetingPaths, type OsAccount, type FleetingPath, type ServiceMachine } from './machine.ts';
import { createManager, type Manager } from './manager.ts';
import { plistText } from './plist.ts';
import { programOf, UNIT, type ServiceSpec } from './spec.ts';
import { unitText } from './unit.ts';
import { replaceWhole } from '../base/write-whole.ts';

export interface InstallRequest {
  readonly configFile: string;
  readonly scope: ServiceSpec['scope'];
  /** Whose process a service of the system is; by default the owner of the first gateway's home. */
  readonly runAs?: string;
  /** Say what would be done, and write nothing at all. */
  readonly dryRun?: boolean;
  readonly locale: Locale;
}

export interface InstallPlan {
  /** null: launchd. */
  readonly manager: Manager | null;
  readonly path: string;
  readonly text: string;
  readonly before: Definition | null;
  readonly spec: ServiceSpec;
  readonly config: Config;
  readonly fleeting: readonly FleetingPath[];
  readonly locale: Locale;
}

/**
 * @throws UserError when the configuration is invalid, or when this would not end well; in the language of `locale`.
 */
export const planInstall = async (request: InstallRequest, machine: ServiceMachine): Promise<InstallPlan> => {
  const { scope, locale } = request;
  const configFile = resolve(request.configFile);
  const refuse = refusing(locale);
  const manager = managerFor(request, machine, refuse);
  if (!existsSync(configFile)) return refuse({ why: 'no_config', file: configFile });
  const path = manager?.path ?? launchdPath(machine.self.home);
  const before = await readDefinition(path, manager, machine);
  const account = scope === 'system' ? await accountOf(request, configFile, before, machine, refuse) : machine.self;
  await needSecrets(configFile, account, request, machine, refuse);
  const config = configOfService(configFile, account);
  const running = manager === null ? (await launchdJob(machine).status()).main : await mainPid(manager, refuse);
  const holder = running === null ? holderOfData(config.dataDir) : null;
  if (holder !== null) return refuse({ why: 'in_use', dataDir: config.dataDir, pid: holder.pid });
  const spec = await specOf({
    config,
    account,
    path: pathOfService(before?.path ?? null, machine.env),
    machine,
    manager,
  });
  return {
    manager,
    path,
    before,
    spec,
    config,
    text: manager === null ? plistText(spec) : unitText(spec),
    fleeting: fleetingPaths(spec),
    locale,
  };
};

type Refuse = (refusal: ServiceRefusal) => never;

export const refusing =
  (locale: Locale): Refuse =>
  (refusal) => {
    throw new UserError(CODES[refusal.why], serviceRefusalText(refusal, locale));
  };

/** Codes that begin with CONFIG or USAGE are for the caller to mend, and end with exit code 2. */
const CODES = {
  usage: 'USAGE_SCOPE',
  no_config: 'CONFIG_MISSING',
  secrets: 'CONFIG_SECRETS',
  no_manager: 'SERVICE_NO_MANAGER',
  needs_root: 'SERVICE_NEEDS_ROOT',
  other_scope: 'SERVICE_OTHER_SCOPE',
  no_account: 'SERVICE_NO_ACCOUNT',
  in_use: 'SERVICE_IN_USE',
} satisfies Record<ServiceRefusal['why'], string>;

const managerFor = (
  { scope, runAs, configFile }: InstallRequest,
  machine: ServiceMachine,
  refuse: Refuse,
): Manager | null => {
  if (runAs !== undefined && scope !== 'system') return refuse({ why: 'usage', what: 'run_as' });
  if (machine.platform === 'darwin') return scope === 'user' ? null : refuse({ why: 'usage', what: 'launchd_system' });
  if (machine.platform !== 'linux') return refuse({ why: 'no_manager' });
  if (scope === 'system' && machine.self.uid !== 0) {
    const { self } = machine;
    return refuse({
      why: 'needs_root',
      command: commandLine([
        'sudo',
        ...programOf(machine, []),
        'service',
        'install',
        '--system',
        '--run-as',
        runAs ?? self.name,
        '--config',
        resolve(configFile),
      ]),
    });
  }
  const other = createManager(scope === 'user' ? 'system' : 'user', machine);
  if (existsSync(other.path)) return refuse({ why: 'other_scope', path: other.path, scope: other.scope });
  return createManager(scope, machine);
};

/** By default the account of the gateway, which owns the gateway's logs, state and process. */
const accountOf = async (
  { runAs }: InstallRequest,
  configFile: string,
  before: Definition | null,
  machine: ServiceMachine,
  refuse: Refuse,
): Promise<OsAccount> => {
  const given = runAs ?? before?.user ?? null;
  const configured = await findAccount(given ?? (await ownerOf(configFile)) ?? 0, machine);
  if (configured === null) return refuse({ why: 'no_account', who: given ?? configFile });
  if (given !== null) return configured;
  const home = configOfService(configFile, configured).gateways[0]?.home;
  const owner = home === undefined ? null : await ownerOf(home);
  return (owner === null ? null : await findAccount(owner, machine)) ?? configured;
};

/** A service has nothing of the shell's environment; what it needs stands in a file. */
const needSecrets = async (
  configFile: string,
  account: OsAccount,
  { dryRun = false }: InstallRequest,
  { env, platform }: ServiceMachine,
  refuse: Refuse,
): Promise<void> => {
  const names = envNamesIn(readConfigText(configFile).text);
  if (names.length === 0) return;
  const file = envFileOf(configFile);
  if (platform === 'darwin') return refuse({ why: 'secrets', names, file: null, written: false });
  const made = !existsSync(file) && !dryRun;
  if (made) replaceWhole(file, envFileText(names, env), { mode: 0o600, owner: account.uid });
  const known = readEnvFile(file);
  const lacking = names.filter((name) => (known[name] ?? '') === '');
  if (lacking.length > 0) refuse({ why: 'secrets', names: lacking, file, written: made });
};

const mainPid = async (manager: Manager, refuse: Refuse): Promise<number | null> => {
  try {
    const { stdout, exitCode, failure } = await manager.systemctl('show', '--property=MainPID', '--value', UNIT);
    if (failure === 'not_found') return refuse({ why: 'no_manager' });
    return exitCode === 0 && Number(stdout) > 0 ? Number(stdout) : null;
  } catch (error) {
    if (error instanceof UserError && error.code === 'SYSTEMD_NOT_RUNNING') return refuse({ why: 'no_manager' });
    throw error;
  }
};
