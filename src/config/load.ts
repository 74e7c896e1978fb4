/** Reads the configuration file of a run. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { errorText, UserError } from '../base/errors.ts';
import type { Config } from './config.ts';
import { parseConfig } from './parse.ts';
import { isExposed, readSecretFile } from './read-secret.ts';
import type { Secret } from './secret.ts';

const secretsOf = ({ channels }: Config): readonly Secret[] =>
  [channels.feishu?.appSecret, channels.qq?.clientSecret].filter((secret) => secret !== undefined);

const read = (file: string): { text: string; mode: number } => {
  try {
    return { text: readFileSync(file, 'utf8'), mode: statSync(file).mode };
  } catch (error) {
    throw new UserError('CONFIG_UNREADABLE', `cannot read the configuration ${file}: ${errorText(error)}`, { cause: error });
  }
};

/**
 * @throws UserError `CONFIG_UNREADABLE` when the file cannot be read, `CONFIG_INVALID` with all that is wrong
 * in it, one line each.
 */
export const loadConfig = (file: string, env: Readonly<Record<string, string | undefined>> = process.env): Config => {
  const { text, mode } = read(file);
  const config = parseConfig(text, { file, env, home: env['HOME'] || homedir(), readSecret: readSecretFile });
  const exposed = isExposed(mode) && secretsOf(config).some((secret) => secret.origin === 'literal');
  const warning = `others can read ${file}, and there is a secret in it; run: chmod 600 ${file}`;
  return exposed ? { ...config, warnings: [...config.warnings, warning] } : config;
};
