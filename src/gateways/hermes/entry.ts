import { join } from 'node:path';
import { looksLikeHome, namesIn, type KindEntry } from '../entry.ts';
import type { GatewayKind } from '../gateway-kind.ts';
import { profilesIn } from './app-ids.ts';
import { hermes } from './hermes.ts';
import { hermesLogReader } from './log-reader.ts';
import { sidecarReader } from './sidecar.ts';

/** A profile that is a name in Lifeline, too. */
const isProfile = (name: string): boolean =>
  /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && /\D/.test(name) && name !== 'main';

/** It has run there, or was set up. */
const SIGNS = ['gateway_state.json', 'config.yaml', '.env', 'logs'];

/** The root home is `main`, a profile is called by its name (docs/facts/hermes.md 3). */
const nameOf = (home: string): string => {
  const name = /\/profiles\/([^/]+)$/.exec(home)?.[1] ?? '';
  return isProfile(name) ? name : 'main';
};

const profilesOf = (root: string): readonly string[] => namesIn(join(root, 'profiles')).filter(isProfile);

const USUAL_COMMAND = ['hermes', 'gateway', 'run'];

export const hermesEntry: KindEntry = {
  title: 'Hermes',
  usualHome: '~/.hermes',
  profileHome: '~/.hermes/profiles/NAME',
  usualCommand: USUAL_COMMAND,
  // Its variable tells a profile's home, and is handed to what is started.
  commandFor: () => USUAL_COMMAND,
  usualUnit: 'hermes-gateway.service',
  stopMs: 30_000,
  findHomes: (env, userHome) => {
    const root = env['HERMES_HOME'] || join(userHome, '.hermes');
    return [root, ...profilesOf(root).map((name) => join(root, 'profiles', name))]
      .filter((home) => looksLikeHome(home, SIGNS))
      .map((home) => ({ name: nameOf(home), home }));
  },
  homeSigns: SIGNS,
  nameOf,
  ownVariables: [
    '_HERMES_GATEWAY',
    'HERMES_SUPERVISED_CHILD',
    'HERMES_S6_SUPERVISED_CHILD',
    'HERMES_GATEWAY_EXTERNAL_SUPERVISOR',
  ],
  create: ({ home, trustedUsers = [] }) => {
    const profiles = profilesIn(home, trustedUsers);
    if (profiles === null) return trustedUsers.length === 0 ? hermes : { ...hermes, trustedUsers };
    const newLogReader: GatewayKind['newLogReader'] = (source, writtenAt) =>
      sidecarReader(source) ?? hermesLogReader(source, writtenAt, profiles);
    return { ...hermes, trustedUsers, newLogReader };
  },
};
