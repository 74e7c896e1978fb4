/** The gateways that have a home on this machine. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { userHomeOf, type Environment } from './paths.ts';

export interface FoundGateway {
  readonly name: string;
  readonly home: string;
}

const PROFILE = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The root home is `main`, a profile is called by its name (facts/hermes.md 3). */
export const findHermes = (env: Environment): readonly FoundGateway[] => {
  const root = env['HERMES_HOME'] || join(userHomeOf(env), '.hermes');
  const profiles = namesIn(join(root, 'profiles')).filter((name) => PROFILE.test(name) && /\D/.test(name) && name !== 'main');
  return [{ name: 'main', home: root }, ...profiles.map((name) => ({ name, home: join(root, 'profiles', name) }))].filter(({ home }) => isHermesHome(home));
};

/** It has run there, or was set up. */
export const isHermesHome = (home: string): boolean => ['logs', 'config.yaml', '.env', 'gateway_state.json'].some((part) => existsSync(join(home, part)));

/** Its state folders: `~/.openclaw`, and `~/.openclaw-NAME` of a profile (facts/openclaw.md 1). Recognised, not watched. */
export const findOpenClaw = (env: Environment): readonly string[] => {
  const userHome = userHomeOf(env);
  const named = env['OPENCLAW_STATE_DIR'];
  const homes = [...(named ? [named] : []), ...namesIn(userHome).filter((name) => /^\.openclaw(?:-[\w-]+)?$/.test(name)).map((name) => join(userHome, name))];
  return [...new Set(homes)].filter((home) => existsSync(join(home, 'openclaw.json')));
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};
