/** The service definitions that Hermes installs for itself (docs/facts/hermes.md 5). */
import { createHash } from 'node:crypto';
import type { ServiceName } from '../gateway-kind.ts';

/** @returns the names under which this home's gateway may be kept: user's before system's, old names too. */
export const hermesServices = (home: string, lifelinesHome: string): readonly ServiceName[] => {
  // Lifeline may run as another user than the gateway: root, for one.
  const userHome = /^(\/.+)\/\.hermes(?:\/|$)/.exec(home)?.[1] ?? lifelinesHome;
  const suffix = suffixOf(home, userHome);
  const units = [`hermes-gateway${suffix}.service`, ...(suffix === '' ? ['hermes.service'] : [])];
  const label = `ai.hermes.gateway${suffix}`;
  const slot = `gateway${suffix === '' ? '-default' : suffix}`;
  return [
    ...units.flatMap((unit): ServiceName[] => [
      { supervisor: 'systemd-user', unit, path: `${userHome}/.config/systemd/user/${unit}` },
      { supervisor: 'systemd-system', unit, path: `/etc/systemd/system/${unit}` },
    ]),
    { supervisor: 'launchd', unit: label, path: `${userHome}/Library/LaunchAgents/${label}.plist` },
    { supervisor: 's6', unit: slot, path: `/run/service/${slot}` },
  ];
};

/** The default home has no suffix, a profile its name, any other home 8 hex digits of its path's hash. */
const suffixOf = (home: string, userHome: string): string => {
  if (home === `${userHome}/.hermes`) return '';
  const profile = /\/profiles\/([a-z0-9][a-z0-9_-]{0,63})$/.exec(home)?.[1];
  return `-${profile ?? createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
};
