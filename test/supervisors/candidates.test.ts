/** Which definitions of a gateway's usual names count, where several users of a machine have one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import type { ServiceName } from '../../src/gateways/gateway-kind.ts';
import { createCandidates } from '../../src/supervisors/candidates.ts';
import { ownFolder } from '../store/helpers.ts';

const ME = { uid: 1_000, name: 'me' };
const ROOT = { uid: 0, name: 'root' };

it.each([
  ["of the machine's under which one's own gateway runs counts", ME, 1_000, 'me\n', true],
  ['with the number of its user counts', ME, 1_000, '1000\n', true],
  ['under which the gateway of the owner of the home runs counts', ME, 1_001, 'user1001\n', true],
  ["that runs another user's gateway does not", ME, 1_000, 'bob\n', false],
  ["that runs root's does not", ME, 1_000, '\n', false],
  ['counts for root, who keeps those of all', ROOT, 0, 'bob\n', true],
  ['counts where systemd does not say', ME, 1_000, null, true],
] as const)('a unit %s', async (_what, self, owner, user, counts) => {
  const path = join(ownFolder(), 'hermes-gateway.service');
  writeFileSync(path, '');
  const services: readonly ServiceName[] = [{ supervisor: 'systemd-system', unit: 'hermes-gateway.service', path }];
  const candidates = createCandidates({
    services,
    unit: null,
    homeOwner: async () => owner,
    self,
    stopTimeoutMs: 0,
    run: async ([program, , uid = '']) => {
      const stdout = program === 'id' ? `user${uid}\n` : user;
      return { exitCode: stdout === null ? 1 : 0, stdout: stdout ?? '', stderr: '', message: '', failure: null };
    },
    clock: scaledClock(0, 1),
  });
  expect((await candidates.likely(null)).map(({ unit }) => unit)).toEqual(counts ? ['hermes-gateway.service'] : []);
});
