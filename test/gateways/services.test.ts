import { expect, it } from 'vitest';
import { hermesServices } from '../../src/gateways/hermes/services.ts';

const ME = '/home/me';
const units = (home: string): readonly string[] =>
  hermesServices(home, ME).map(({ supervisor, unit }) => `${supervisor} ${unit}`);

it.each<[string, string, readonly string[]]>([
  [
    'the usual home, and the name of old',
    `${ME}/.hermes`,
    [
      'systemd-user hermes-gateway.service',
      'systemd-system hermes-gateway.service',
      'systemd-user hermes.service',
      'systemd-system hermes.service',
      'launchd ai.hermes.gateway',
      's6 gateway-default',
    ],
  ],
  [
    'a profile',
    `${ME}/.hermes/profiles/work_2`,
    [
      'systemd-user hermes-gateway-work_2.service',
      'systemd-system hermes-gateway-work_2.service',
      'launchd ai.hermes.gateway-work_2',
      's6 gateway-work_2',
    ],
  ],
  [
    'any other home, by the hash of its path',
    '/srv/hermes',
    [
      'systemd-user hermes-gateway-fbdca692.service',
      'systemd-system hermes-gateway-fbdca692.service',
      'launchd ai.hermes.gateway-fbdca692',
      's6 gateway-fbdca692',
    ],
  ],
])('names of %s', (_what, home, expected) => expect(units(home)).toEqual(expected));

it.each([
  `${ME}/.hermes/profiles/Bad Name`,
  `${ME}/.hermes/profiles/-x`,
  `${ME}/.hermes/profiles/x/deeper`,
  '/srv/.hermes2',
])('%s is no profile and not the usual home', (home) => {
  expect(units(home)[0]).toMatch(/^systemd-user hermes-gateway-[0-9a-f]{8}\.service$/);
});

it('says where each definition lies', () => {
  expect(hermesServices(`${ME}/.hermes`, ME).map(({ path }) => path)).toEqual([
    `${ME}/.config/systemd/user/hermes-gateway.service`,
    '/etc/systemd/system/hermes-gateway.service',
    `${ME}/.config/systemd/user/hermes.service`,
    '/etc/systemd/system/hermes.service',
    `${ME}/Library/LaunchAgents/ai.hermes.gateway.plist`,
    '/run/service/gateway-default',
  ]);
});
