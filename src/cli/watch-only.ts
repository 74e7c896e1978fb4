/**
 * Lifeline without a configuration: it watches the gateways that it finds, restarts nothing, and speaks the language of
 * the environment.
 */
import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/parse-config.ts';
import { readSecretFile } from '../config/read-secret.ts';
import { findGateways } from '../setup/find-gateways.ts';
import type { Environment } from '../setup/paths.ts';
import { localeOf } from './language.ts';

/** @returns null when there is no gateway's home on this machine. */
export const watchOnly = (userHome: string, env: Environment): Config | null => {
  const gateways = findGateways({ ...env, HOME: userHome }, []).map((found) => ({ ...found, heal: 'off' }));
  if (gateways.length === 0) return null;
  return parseConfig(stringify({ locale: localeOf(env), gateways }), {
    file: '(no configuration)',
    env,
    home: userHome,
    readSecret: readSecretFile,
  });
};
