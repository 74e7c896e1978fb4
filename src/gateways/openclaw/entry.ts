import { join } from 'node:path';
import { looksLikeHome, namesIn, type KindEntry } from '../entry.ts';
import { CONFIG_FILE } from './config-file.ts';
import { openClaw } from './openclaw.ts';
import { profileOf } from './places.ts';

const SIGNS = [CONFIG_FILE];
const FOLDER = /^\.openclaw(?:-([\w-]+))?$/;

/** `~/.openclaw` is `openclaw`, the profile `ops` is `openclaw-ops` (docs/facts/openclaw.md 1.4). */
const nameOf = (home: string): string => {
  const profile = profileOf(home);
  return profile === null ? 'openclaw' : `openclaw-${profile}`;
};

export const openClawEntry: KindEntry = {
  title: 'OpenClaw',
  usualHome: '~/.openclaw',
  profileHome: '~/.openclaw-NAME',
  usualCommand: ['openclaw', 'gateway', 'run'],
  commandFor: (home) => {
    const profile = profileOf(home);
    return ['openclaw', ...(profile === null ? [] : ['--profile', profile]), 'gateway', 'run'];
  },
  usualUnit: 'openclaw-gateway.service',
  // It drains for up to 325 s (docs/facts/openclaw.md 3.1).
  stopMs: 330_000,
  findHomes: (env, userHome) => {
    const named = env['OPENCLAW_STATE_DIR'];
    const homes = [
      ...(named ? [named] : []),
      ...namesIn(userHome)
        .filter((name) => FOLDER.test(name))
        .map((name) => join(userHome, name)),
    ];
    return [...new Set(homes)]
      .filter((home) => looksLikeHome(home, SIGNS))
      .map((home) => ({ name: nameOf(home), home }));
  },
  homeSigns: SIGNS,
  nameOf,
  ownVariables: [
    'OPENCLAW_SERVICE_MARKER',
    'OPENCLAW_SERVICE_KIND',
    'OPENCLAW_SYSTEMD_UNIT',
    'OPENCLAW_SUPERVISOR_MODE',
  ],
  create: openClaw,
};
