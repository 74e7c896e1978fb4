/** Reads the configuration file of a run. */
import { userHome } from '../base/account.ts';
import type { Config } from './config.ts';
import { parseWhole, type ParsedConfig } from './parse-config.ts';
import { isExposed, readSecretFile } from './read-secret.ts';
import { readConfigText } from './config-text.ts';
import { warningText, type ConfigWarning } from './warnings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A webhook's URL is a secret by itself, and stands in the file. */
const holdsSecret = ({ channels: { feishu, qq, webhook }, alerts }: Config): boolean =>
  webhook !== undefined ||
  [feishu?.appSecret, qq?.clientSecret, alerts.pingUrl].some((secret) => secret?.origin === 'literal');

/**
 * @throws UserError `CONFIG_UNREADABLE` when the file cannot be read, `CONFIG_INVALID` with all that is wrong
 * in it, one line each.
 */
export const loadConfig = (file: string, env: Environment = process.env): Config => loadWhole(file, env).config;

/** Reads the configuration file, and returns the configuration with its warnings and the places of its keys. */
export const loadWhole = (file: string, env: Environment = process.env): ParsedConfig => {
  const { text, mode } = readConfigText(file);
  const parsed = parseWhole(text, { file, env, home: env['HOME'] || userHome(), readSecret: readSecretFile });
  if (!isExposed(mode) || !holdsSecret(parsed.config)) return parsed;
  const warning: ConfigWarning = { code: 'exposed_config', file };
  return {
    ...parsed,
    warnings: [...parsed.warnings, warning],
    config: { ...parsed.config, warnings: [...parsed.config.warnings, warningText(warning)] },
  };
};
