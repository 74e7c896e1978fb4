import { expect, test } from 'vitest';
import { gatewayDoubts } from '../../../src/cli/config/gateway-doubts.ts';
import { parse } from '../../config/helpers.ts';

const MACHINE_BYTES = 8 * 1_073_741_824;

test.each<[string, readonly string[]]>([
  ['memory: { warn: 2 GB, restart: 1 GB }', ['memory.warn warn_above_restart']],
  ['memory: { warn: 90%, restart: 80% }', ['memory.warn warn_above_restart']],
  ['memory: { warn: 80%, restart: 1 GB }', []],
  ['memory: { warn: off, restart: 1 GB }', []],
  ['memory: { warn: 1 GB, restart: 2 GB, when: 30m }', []],
  ['memory: { when: 30m }', ['memory.when when_without_restart']],
  ['memory: { warn: 1 GB, restart: 9 GB }', ['memory.restart restart_beyond_machine']],
  ['grace: { links: { telegramm: 5m } }', ['grace.links.telegramm unknown_link']],
  ['grace: { links: { telegram: 5m } }', []],
  ['links: [qqbot], grace: { links: { telegram: 5m } }', ['grace.links.telegram unknown_link']],
  ['healing: { per_hour: 10, per_day: 2 }', ['healing.per_hour hour_above_day']],
  ['healing: { per_hour: 2, per_day: 2 }', []],
  ['maintenance: [{ schedule: "0 4 * * 0", duration: 1s }]', ['maintenance.0.duration short_window']],
  ['maintenance: [{ schedule: "0 4 * * 0", duration: 1m }]', []],
])('%s', (keys, doubts) => {
  const [gateway] = parse(`gateways: [{ name: main, kind: hermes, home: /tmp, ${keys} }]\n`).gateways;
  expect(
    gateway && gatewayDoubts(gateway, MACHINE_BYTES).map(({ path, doubt }) => `${path.join('.')} ${doubt}`),
  ).toEqual(doubts);
});

test('a generic gateway whose idleness nobody can know', () => {
  const [gateway] = parse('gateways: [{ name: main, kind: hermes, home: /tmp, memory: { restart: 1 GB } }]\n').gateways;
  if (gateway === undefined) throw new Error('no gateway');
  const generic = { ...gateway, kind: 'generic' as const, memory: { ...gateway.memory, warn: null } };
  expect(gatewayDoubts(generic, MACHINE_BYTES).map(({ doubt }) => doubt)).toEqual(['idle_unknown']);
  expect(gatewayDoubts({ ...gateway, memory: generic.memory }, MACHINE_BYTES)).toEqual([]);
});
