import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KindEntry } from '../entry.ts';
import { hermes } from './hermes.ts';

/** A profile that is a name in Lifeline, too. */
const PROFILE = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** It has run there, or was set up. */
const isHome = (home: string): boolean => ['logs', 'config.yaml', '.env', 'gateway_state.json'].some((part) => existsSync(join(home, part)));

const profilesOf = (root: string): readonly string[] => {
  try {
    return readdirSync(join(root, 'profiles')).filter((name) => PROFILE.test(name) && /\D/.test(name) && name !== 'main').toSorted();
  } catch {
    return [];
  }
};

export const hermesEntry: KindEntry = {
  title: 'Hermes',
  usualHome: '~/.hermes',
  usualCommand: ['hermes', 'gateway', 'run'],
  usualUnit: 'hermes-gateway.service',
  stopMs: 30_000,
  // The root home is `main`, a profile is called by its name (facts/hermes.md 3).
  findHomes: (env, userHome) => {
    const root = env['HERMES_HOME'] || join(userHome, '.hermes');
    return [{ name: 'main', home: root }, ...profilesOf(root).map((name) => ({ name, home: join(root, 'profiles', name) }))].filter(({ home }) => isHome(home));
  },
  isHome,
  ownVariables: ['_HERMES_GATEWAY', 'HERMES_SUPERVISED_CHILD', 'HERMES_S6_SUPERVISED_CHILD', 'HERMES_GATEWAY_EXTERNAL_SUPERVISOR'],
  create: () => hermes,
};
