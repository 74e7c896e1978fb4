/** The gateway's own settings: what its files say wrong, and who else may read its secrets. */
import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { isExposed } from '../../config/read-secret.ts';
import type { SettingFault } from '../../gateways/setting-fault.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding, FindingSeverity } from '../finding.ts';
import { ownerOnly } from '../chmod.ts';
import { gatewayVariables } from '../gateway-variables.ts';
import { restart } from '../gateway-commands.ts';
import { commandLine } from '../../supervisors/command-steps.ts';

const SEVERITIES: Readonly<Record<SettingFault['code'], FindingSeverity>> = {
  setting_missing: 'error',
  setting_placeholder: 'error',
  setting_app_id: 'error',
  setting_form: 'error',
  setting_unknown: 'error',
  setting_webhook_token: 'error',
  setting_webhook_mode: 'info',
  setting_open: 'error',
  setting_nobody: 'warning',
  setting_conflict: 'warning',
  setting_repeated: 'warning',
  setting_yaml: 'error',
  setting_log_level: 'warning',
  setting_watchdog_off: 'info',
  setting_multiplexed: 'warning',
  setting_json: 'error',
  setting_gateway_mode: 'error',
  setting_retired: 'error',
  setting_auth: 'warning',
  setting_misnamed: 'error',
  setting_everybody: 'error',
  setting_plugin: 'warning',
  setting_no_meta: 'warning',
  setting_shared_log: 'warning',
};

export const settings: DoctorCheck<DoctorContext> = {
  name: 'settings',
  run: async (context) => {
    const { gateway, kind, text } = context;
    const { settings: files } = kind.exam;
    if (files === null) return { skip: 'no_settings' };
    const root = files.rootOf(gateway.home);
    const [env, config, rootConfig, backup] = await Promise.all([
      text(files.env),
      text(files.config),
      root === null ? null : text(join(root, files.config)),
      files.backup === null ? null : text(files.backup),
    ]);
    // The two files complete each other: read without one, the other would seem to lack settings.
    for (const file of [files.env, files.config]) await needReadable(join(gateway.home, file));
    if (env === null && config === null) return { skip: 'no_settings' };
    const container = await context.container();
    const variables = await gatewayVariables(context, files.environment);
    return files
      .lint({ home: gateway.home, env, config, rootConfig, backup, variables })
      .map((fault): DoctorFinding => {
        const file = files.fileOf(fault);
        const commands =
          file === null ? [] : [commandLine(['nano', join(gateway.home, file)]), ...restart(gateway, container)];
        return { ...fault, gateway: gateway.name, severity: SEVERITIES[fault.code], commands, fix: null };
      });
  },
};

/** Throws a UserError when the file cannot be read. Another check tells of a file that others may change. */
const needReadable = async (path: string): Promise<void> => {
  const code = await access(path, constants.R_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (code === 'EACCES' || code === 'EPERM') throw new UserError('DOCTOR_CANNOT_ASK', `this user may not read ${path}`);
};

export const secretFiles: DoctorCheck<DoctorContext> = {
  name: 'secret-files',
  run: async ({ gateway, kind, uid, clock }) => {
    if (kind.exam.settings === null) return { skip: 'no_settings' };
    const paths = kind.exam.settings.secrets.map((file) => join(gateway.home, file));
    const files = (
      await Promise.all(
        paths.map((path) =>
          stat(path).then(
            ({ mode, uid: owner }) => [{ path, mode, owner }],
            () => [],
          ),
        ),
      )
    ).flat();
    if (files.length === 0) return { skip: 'no_settings' };
    // In a folder that lets nobody else in, nobody else can read the files.
    const home = await stat(gateway.home).catch(() => null);
    if (home && (home.mode & 0o011) === 0) return [];
    return files
      .filter(({ mode }) => isExposed(mode))
      .map(({ path, mode, owner }): DoctorFinding => {
        const act = ownerOnly(path, mode, clock);
        return {
          code: 'env_readable',
          gateway: gateway.name,
          severity: 'warning',
          path,
          commands: act.commands,
          fix: owner === uid ? { edit: null, act } : null,
        };
      });
  },
};
