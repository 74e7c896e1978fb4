import { existsSync } from 'node:fs';
import { userHome } from '../../base/account.ts';
import { stringify } from 'yaml';
import { UserError } from '../../base/errors.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig, parseConfig } from '../../config/load.ts';
import { readSecretFile } from '../../config/secret.ts';
import { lookedFor } from '../../text/setup/homes.ts';
import { findGateways } from '../../setup/find-gateways.ts';
import { usualConfig, type Variables } from '../../setup/paths.ts';
import { localeOf } from '../help/language.ts';

/**
 * The configuration of this run: the named file, else the one in the usual place, else none: then the gateways on
 * this machine are watched, and nothing is restarted.
 * @throws UserError when the file is unreadable or invalid, or when there is nothing to watch.
 */
export const findConfig = (named: string | undefined): { readonly config: Config; readonly fromFile: boolean } => {
  const usual = usualConfig(process.env);
  const file = named ?? (existsSync(usual) ? usual : null);
  if (file !== null) return { config: loadConfig(file), fromFile: true };
  const config = watchOnly(userHome(), process.env);
  if (!config) {
    throw new UserError(
      'CONFIG_MISSING',
      `There is no configuration (${usual}), and no gateway that Lifeline knows has its home on this machine: ${lookedFor('en')}. Run: lifeline init. To see what it does first: lifeline demo`,
    );
  }
  return { config, fromFile: false };
};

/**
 * Lifeline without a configuration: it watches the gateways that it finds, restarts nothing, and speaks the language of
 * the environment. @returns null when there is no gateway's home on this machine.
 */
export const watchOnly = (userHome: string, env: Variables): Config | null => {
  const gateways = findGateways({ ...env, HOME: userHome }, []).map((found) => ({ ...found, heal: 'off' }));
  if (gateways.length === 0) return null;
  return parseConfig(stringify({ locale: localeOf(env), gateways }), {
    file: '(no configuration)',
    env,
    home: userHome,
    readSecret: readSecretFile,
  });
};
