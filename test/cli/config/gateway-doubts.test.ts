import { expect, test } from 'vitest';
import { gatewayDoubts } from '../../../src/cli/config/gateway-doubts.ts';
import type { GatewayConfig } from '../../../src/config/config.ts';
import { parse } from '../../config/helpers.ts';

const MACHINE_BYTES = 8 * 1_073_741_824;

const doubtsOf = (gateway: GatewayConfig): readonly string[] =>
  gatewayDoubts(gateway, [], MACHINE_BYTES).map(({ path, what }) => `${path?.join('.') ?? ''}: ${what.en}`);

test.each<[string, readonly string[]]>([
  [
    'memory: { warn: 2 GB, restart: 1 GB }',
    ['memory.warn: it is restarted before anybody is warned: warn is not below restart'],
  ],
  [
    'memory: { warn: 90%, restart: 80% }',
    ['memory.warn: it is restarted before anybody is warned: warn is not below restart'],
  ],
  ['memory: { warn: 80%, restart: 1 GB }', []],
  ['memory: { warn: off, restart: 1 GB }', []],
  ['memory: { warn: 1 GB, restart: 2 GB, when: 30m }', []],
  ['memory: { when: 30m }', ['memory.when: nothing is restarted for its memory, so "when" has no effect']],
  [
    'memory: { warn: 1 GB, restart: 9 GB }',
    ['memory.restart: this machine has less memory than that: the restart would never come'],
  ],
  [
    'grace: { links: { telegramm: 5m } }',
    ['grace.links.telegramm: the gateway has no such link: this patience is never used'],
  ],
  ['grace: { links: { telegram: 5m } }', []],
  [
    'links: [qqbot], grace: { links: { telegram: 5m } }',
    ['grace.links.telegram: the gateway has no such link: this patience is never used'],
  ],
  [
    'healing: { per_hour: 10, per_day: 2 }',
    ['healing.per_hour: more restarts an hour than a day: the limit of the hour is never reached'],
  ],
  ['healing: { per_hour: 2, per_day: 2 }', []],
  [
    'maintenance: [{ schedule: "0 4 * * 0", duration: 1s }]',
    ['maintenance.0.duration: the maintenance lasts less than a minute: it is over before a look may come'],
  ],
  ['maintenance: [{ schedule: "0 4 * * 0", duration: 1m }]', []],
])('%s', (keys, doubts) => {
  const [gateway] = parse(`gateways: [{ name: main, kind: hermes, home: /tmp, ${keys} }]\n`).gateways;
  expect(gateway && doubtsOf(gateway)).toEqual(doubts);
});

test('a generic gateway whose idleness nobody can know', () => {
  const [gateway] = parse('gateways: [{ name: main, kind: hermes, home: /tmp, memory: { restart: 1 GB } }]\n').gateways;
  if (gateway === undefined) throw new Error('no gateway');
  const generic = { ...gateway, kind: 'generic' as const, memory: { ...gateway.memory, warn: null } };
  expect(doubtsOf(generic)).toEqual([
    'memory.when: nobody can tell when a generic gateway is idle: it would never be restarted for its memory',
  ]);
  expect(doubtsOf({ ...gateway, memory: generic.memory })).toEqual([]);
});
