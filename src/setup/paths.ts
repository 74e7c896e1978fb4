/** Where the configuration is, and what lies beside it. */
import { dirname, join } from 'node:path';
import { userHome } from '../base/account.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export const userHomeOf = (env: Variables): string => env['HOME'] || userHome();

/** A path below the user's home, as people write it. */
export const withTilde = (path: string, env: Variables): string =>
  path.startsWith(`${userHomeOf(env)}/`) ? `~${path.slice(userHomeOf(env).length)}` : path;

/** Where `lifeline run` looks when it is not told. */
export const usualConfig = (env: Variables): string =>
  join(env['XDG_CONFIG_HOME'] || join(userHomeOf(env), '.config'), 'lifeline', 'config.yaml');

export const secretFileOf = (configFile: string, of: 'feishu' | 'qq' | 'ping'): string =>
  join(dirname(configFile), `${of}.secret`);
