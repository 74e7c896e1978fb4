/** The service definitions that OpenClaw installs for itself (docs/facts/openclaw.md 1.4, 3). */
import type { ServiceName } from '../gateway-kind.ts';

/** @returns the names under which the gateway of this state folder may be kept: today's first, then older ones. */
export const openClawServices = (home: string, lifelinesHome: string): readonly ServiceName[] => {
  // Lifeline may run as another user than the gateway: root, for one.
  const [, userHome = lifelinesHome, profile] = /^(\/.*)\/\.openclaw(?:-([^/]+))?$/.exec(home) ?? [];
  const units = [
    `openclaw-gateway${profile === undefined ? '' : `-${profile}`}.service`,
    ...(profile === undefined ? ['clawdbot-gateway.service'] : []),
  ];
  const label = `ai.openclaw.${profile ?? 'gateway'}`;
  return [
    ...units.flatMap((unit): ServiceName[] => [
      { supervisor: 'systemd-user', unit, path: `${userHome}/.config/systemd/user/${unit}` },
      { supervisor: 'systemd-system', unit, path: `/etc/systemd/system/${unit}` },
    ]),
    { supervisor: 'launchd', unit: label, path: `${userHome}/Library/LaunchAgents/${label}.plist` },
  ];
};
