/** The gateway's own settings: what its files say wrong, and who else may read its secrets. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isExposed } from '../../config/read-secret.ts';
import type { SettingFault } from '../../gateways/setting-fault.ts';
import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding, Severity } from '../finding.ts';
import { ownerOnly } from '../chmod.ts';
import { restart } from '../gateway-commands.ts';
import { commandLine } from '../../supervisors/command-steps.ts';

const SEVERITIES: Readonly<Record<SettingFault['code'], Severity>> = {
  setting_missing: 'error',
  setting_placeholder: 'error',
  setting_app_id: 'error',
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
};

/** Keys of config.yaml; the others are variables of `.env`. */
const IN_CONFIG: ReadonlySet<SettingFault['code']> = new Set(['setting_open', 'setting_nobody', 'setting_yaml', 'setting_log_level', 'setting_watchdog_off']);
/** Nothing to be changed in these files. */
const NOT_HERE: ReadonlySet<SettingFault['code']> = new Set(['setting_webhook_mode', 'setting_multiplexed']);

export const settings: Check<DoctorContext> = {
  name: 'settings',
  run: async ({ gateway, kind, text }) => {
    const { settings: files } = kind.exam;
    if (files === null) return { skip: 'no_settings' };
    const root = files.rootOf(gateway.home);
    const [env, config, rootConfig] = await Promise.all([text(files.env), text(files.config), root === null ? null : text(join(root, files.config))]);
    if (env === null && config === null) return { skip: 'no_settings' };
    return files.lint({ home: gateway.home, env, config, rootConfig }).map((fault): Finding => {
      const file = join(gateway.home, IN_CONFIG.has(fault.code) ? files.config : files.env);
      const commands = NOT_HERE.has(fault.code) ? [] : [commandLine(['nano', file]), restart(gateway.command)];
      return { ...fault, gateway: gateway.name, severity: SEVERITIES[fault.code], commands, fix: null };
    });
  },
};

export const secretFiles: Check<DoctorContext> = {
  name: 'secret-files',
  run: async ({ gateway, kind, uid, clock }) => {
    if (kind.exam.settings === null) return { skip: 'no_settings' };
    const path = join(gateway.home, kind.exam.settings.env);
    const found = await stat(path).catch(() => null);
    if (!found) return { skip: 'no_settings' };
    // A folder that lets nobody in hides what is in it.
    const home = await stat(gateway.home).catch(() => null);
    if (!isExposed(found.mode) || (home && (home.mode & 0o011) === 0)) return [];
    const act = ownerOnly(path, found.mode, clock);
    return [{ code: 'env_readable', gateway: gateway.name, severity: 'warning', path, commands: act.commands, fix: found.uid === uid ? { edit: null, act } : null }];
  },
};
