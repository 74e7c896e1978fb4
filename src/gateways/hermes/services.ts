/** The service definitions that Hermes installs for itself (facts/hermes.md 5). */
import { createHash } from 'node:crypto';

export interface HermesService {
  readonly path: string;
  readonly restartCommand: string;
}

/** @returns where a service of this home's gateway would be defined, user's before system's, old names too. */
export const hermesServices = (home: string, userHome: string): readonly HermesService[] => {
  const suffix = suffixOf(home, userHome);
  const units = [`hermes-gateway${suffix}.service`, ...(suffix === '' ? ['hermes.service'] : [])];
  const label = `ai.hermes.gateway${suffix}`;
  return [
    ...units.flatMap((unit) => [
      { path: `${userHome}/.config/systemd/user/${unit}`, restartCommand: `systemctl --user restart ${unit}` },
      { path: `/etc/systemd/system/${unit}`, restartCommand: `sudo systemctl restart ${unit}` },
    ]),
    { path: `${userHome}/Library/LaunchAgents/${label}.plist`, restartCommand: `launchctl kickstart -k gui/$(id -u)/${label}` },
  ];
};

/** The default home has no suffix, a profile its name, any other home 8 hex digits of its path's hash. */
const suffixOf = (home: string, userHome: string): string => {
  if (home === `${userHome}/.hermes`) return '';
  const profile = /\/profiles\/([a-z0-9][a-z0-9_-]{0,63})$/.exec(home)?.[1];
  return `-${profile ?? createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
};
