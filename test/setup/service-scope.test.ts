/** Which service `lifeline init` offers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { fittingService, keptOf, type Kept } from '../../src/setup/service-scope.ts';
import type { CommandOutput } from '../../src/supervisors/run-command.ts';
import { parse } from '../config/helpers.ts';
import { ownFolder } from '../store/helpers.ts';

const of = (supervisor: Kept['supervisor'], owner: number | null = 0): Kept => ({ supervisor, owner });

test.each<[string, number, readonly Kept[], ReturnType<typeof fittingService>]>([
  ['anybody, beside a unit of the system', 1000, [of('systemd-system')], { scope: 'user' }],
  ['anybody, beside their own user unit', 1000, [of('systemd-user', 1000)], { scope: 'user' }],
  ['root, beside units of the system', 0, [of('systemd-system'), of('docker')], { scope: 'system' }],
  ['root, beside a bare process', 0, [of('process')], { scope: 'system' }],
  ['root, beside user units of root', 0, [of('systemd-user'), of('systemd-user')], { scope: 'user' }],
  ['root, beside one of which nothing is known, too', 0, [of('systemd-user'), of(null)], { scope: 'user' }],
  [
    "root, beside a user's units",
    0,
    [of('systemd-user', 1000), of('systemd-user', 1000)],
    { scope: null, owner: 1000 },
  ],
  ["root, beside several users' units", 0, [of('systemd-user', 1000), of('systemd-user', 1001)], { scope: 'system' }],
  ['root, beside units of both scopes', 0, [of('systemd-user'), of('systemd-system')], { scope: 'system' }],
  ['root, where nothing is known', 0, [of(null, null)], { scope: 'system' }],
])('%s', (_who, uid, gateways, expected) => expect(fittingService(gateways, uid)).toEqual(expected));

it('is told by the configuration, else by whatever keeps the gateway', async () => {
  const user = ownFolder();
  const home = join(user, '.hermes');
  mkdirSync(home);
  let answer: CommandOutput = { exitCode: null, stdout: '', stderr: '', failure: 'not_found' };
  const kept = (supervisor: string): Promise<Kept> => {
    const [gateway] = parse(
      `gateways: [{ name: main, kind: hermes, home: ${home}, supervisor: ${supervisor} }]\n`,
    ).gateways;
    if (!gateway) throw new Error('no gateway in the configuration');
    return keptOf(gateway, { userHome: user, clock: scaledClock(0, 1), run: () => Promise.resolve(answer) });
  };
  expect(await kept('systemd-user')).toEqual({ supervisor: 'systemd-user', owner: userInfo().uid });
  expect(await kept('auto')).toEqual({ supervisor: 'process', owner: userInfo().uid });
  mkdirSync(join(user, '.config', 'systemd', 'user'), { recursive: true });
  writeFileSync(join(user, '.config', 'systemd', 'user', 'hermes-gateway.service'), '');
  // Its manager cannot be asked now.
  answer = { exitCode: 1, stdout: '', stderr: 'Failed to connect to bus: No medium found', failure: null };
  expect(await kept('auto')).toEqual({ supervisor: 'systemd-user', owner: userInfo().uid });
});
