/** Makes the spec of a definition from the configuration, this machine and an earlier definition. */
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig, readConfigText } from '../config/load.ts';
import type { RunCommand } from '../supervisors/run-command.ts';
import { envFileOf, envNamesIn, readEnvFile } from './env-file.ts';
import { guardOf } from './guard.ts';
import type { OsAccount, ServiceMachine } from './machine.ts';
import type { Manager } from './manager.ts';
import type { ServiceSpec } from './spec.ts';

/**
 * The configuration as the service will read it: with its account's home, and no environment but its own. @throws
 * UserError as `loadConfig` does.
 */
export const configOfService = (configFile: string, account: OsAccount): Config =>
  loadConfig(configFile, { HOME: account.home, ...readEnvFile(envFileOf(configFile)) });

export interface SpecOptions {
  readonly config: Config;
  readonly account: OsAccount;
  readonly path: string;
  readonly machine: ServiceMachine;
  /** null where launchd is to keep it. */
  readonly manager: Manager | null;
}

export const specOf = async ({ config, account, path, machine, manager }: SpecOptions): Promise<ServiceSpec> => {
  const { node, entry, run } = machine;
  const { file: configFile } = config;
  return {
    scope: manager?.scope ?? 'user',
    node,
    entry,
    configFile,
    account,
    path,
    envFile:
      existsSync(envFileOf(configFile)) || envNamesIn(readConfigText(configFile).text).length > 0
        ? envFileOf(configFile)
        : null,
    notify: manager !== null && (await canNotify(run)),
    guard: manager === null ? 'none' : await guardOf(config, account, machine),
    defaultOomScore:
      manager === null
        ? 0
        : Number((await manager.systemctl('show', '--property=DefaultOOMScoreAdjust', '--value')).stdout) || 0,
  };
};

/**
 * Since 246 systemd-notify waits until its message was read. Before that systemd often could not tell whose child had
 * sent the message, unless root had.
 */
const canNotify = async (run: RunCommand): Promise<boolean> =>
  Number(/^systemd (\d+)/.exec((await run(['systemd-notify', '--version'])).stdout)?.[1] ?? 0) >= 246;

/** Not on a service's PATH: folders of one terminal, of one project, or that anybody may write. */
const FLEETING = /\/node_modules\/|\/fnm_multishells\/|^\/tmp(?:\/|$)|^\/run\/user\/|\/_npx\//;
const ALWAYS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Returns the PATH of the installing shell, so that the service finds the gateway's program. A later install from a
 * shell that knows less takes nothing away.
 */
export const pathOfService = (before: string | null, env: ServiceMachine['env']): string => {
  const given = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder) && !FLEETING.test(folder));
  return [...new Set([...(before ?? '').split(delimiter).filter((folder) => folder !== ''), ...given, ...ALWAYS])].join(
    delimiter,
  );
};
