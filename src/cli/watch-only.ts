/** Lifeline without a configuration: it watches the gateways that it finds and restarts nothing. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/parse.ts';
import { readSecretFile } from '../config/read-secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns null when there is no gateway's home on this machine. */
export const watchOnly = (userHome: string, env: Environment): Config | null => {
  const gateways = findHomes(userHome, env).map(({ name, home }) => ({ name, kind: 'hermes', home, heal: 'off' }));
  if (gateways.length === 0) return null;
  return parseConfig(stringify({ gateways }), { file: '(no configuration)', env, home: userHome, readSecret: readSecretFile });
};

const findHomes = (userHome: string, env: Environment): { name: string; home: string }[] => {
  const root = env['HERMES_HOME'] || join(userHome, '.hermes');
  const homes = [{ name: 'main', home: root }, ...profilesOf(root).map((name) => ({ name, home: join(root, 'profiles', name) }))];
  return homes.filter(({ home }) => existsSync(join(home, 'logs')));
};

const profilesOf = (root: string): string[] => {
  try {
    return readdirSync(join(root, 'profiles')).filter((name) => /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && name !== 'main');
  } catch {
    return [];
  }
};
