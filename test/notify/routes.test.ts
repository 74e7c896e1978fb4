import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ownRecipients,
  recipientsOf,
  routingTable,
  type People,
  type Told,
} from '../../src/notify/recipients/routes.ts';
import type { AlertRoute, Group, Operator } from '../../src/config/config.ts';
import { parse } from '../config/helpers.ts';

const ORDER = ['feishu', 'qq', 'webhook'];
const me: Operator = { name: 'me', role: 'admin', ids: { feishu: 'ou_me', qq: 'ME' } };
const bob: Operator = { name: 'bob', role: 'operator', ids: { qq: 'BOB' } };
const intern: Operator = { name: 'intern', role: 'viewer', ids: { feishu: 'ou_in' }, gateways: ['lab'] };
const ops: Group = { name: 'ops', channel: 'feishu', id: 'oc_ops', members: {} };
const chat: Group = { name: 'chat', channel: 'qq', id: 'G', members: {} };
const lab: Group = { name: 'lab', channel: 'feishu', id: 'oc_lab', gateways: ['lab'], members: {} };

const people = (routes: readonly AlertRoute[], more: Partial<People> = {}): People => ({
  operators: [me, bob, intern],
  groups: [ops, chat, lab],
  routes,
  order: ORDER,
  ...more,
});

const MAIN: Told = { gateway: 'main', severity: 'critical' };
const MILD: Told = { gateway: 'main', severity: 'warning' };
const LAB: Told = { gateway: 'lab', severity: 'critical' };

/** `person@channel,channel` for each who is told. */
const shown = (told: Told, who: People): readonly string[] =>
  recipientsOf(told, who).to.map(({ person, ways }) => `${person}@${ways.map(({ channel }) => channel).join()}`);

const ME = 'feishu:ou_me@feishu,qq,webhook';
const BOB = 'qq:BOB@qq';
const INTERN = 'feishu:ou_in@feishu';

describe('who is told of an incident', () => {
  it.each<[string, Told, readonly AlertRoute[], readonly string[], string]>([
    ['without routes: everybody who may see it', MAIN, [], [ME, BOB], 'no_route'],
    ['of a gateway that is theirs', LAB, [], [ME, BOB, INTERN], 'no_route'],
    ['whom the route names', MAIN, [{ to: ['bob'] }], ['qq:BOB@qq,webhook'], 'routes'],
    ['all whom several routes name', MAIN, [{ to: ['bob'] }, { to: ['me'] }], [ME, BOB], 'routes'],
    ['by gateway', LAB, [{ gateways: ['lab'], to: ['intern'] }], ['feishu:ou_in@feishu,webhook'], 'routes'],
    ['everybody, where none fits the gateway', MAIN, [{ gateways: ['lab'], to: ['bob'] }], [ME, BOB], 'no_route'],
    ['everybody, where none fits the severity', MILD, [{ severity: 'critical', to: ['bob'] }], [ME, BOB], 'no_route'],
    ['on the channels of the route', MAIN, [{ to: ['me'], channels: ['qq'] }], ['feishu:ou_me@qq'], 'routes'],
    [
      'on those of all routes that name the person',
      MAIN,
      [
        { to: ['me'], channels: ['qq'] },
        { to: ['me'], channels: ['webhook'] },
      ],
      ['feishu:ou_me@qq,webhook'],
      'routes',
    ],
    ['everybody, where a name is nobody’s', MAIN, [{ to: ['bbo'] }], [ME, BOB], 'nobody'],
    [
      'everybody, where the named have no id on the channel',
      MAIN,
      [{ to: ['bob'], channels: ['feishu'] }],
      [ME, BOB],
      'nobody',
    ],
    ['everybody, where the named may not see it', MAIN, [{ to: ['intern'] }], [ME, BOB], 'nobody'],
    ['a group', MAIN, [{ to: ['ops'] }], ['group:ops@feishu'], 'routes'],
    ['not a group of another gateway', MAIN, [{ to: ['lab', 'me'] }], [ME], 'routes'],
    ['a QQ group beside somebody', MAIN, [{ to: ['chat', 'bob'] }], ['qq:BOB@qq,webhook', 'group:chat@qq'], 'routes'],
    ['everybody beside a QQ group alone', MAIN, [{ to: ['chat'] }], [ME, BOB, 'group:chat@qq'], 'only_qq_group'],
  ])('%s', (_what, told, routes, expected, why) => {
    expect(shown(told, people(routes))).toEqual(expected);
    expect(recipientsOf(told, people(routes)).why).toBe(why);
  });

  it('is everybody, when all operators have other gateways', () => {
    const who = people([], { operators: [intern] });
    expect([shown(MAIN, who), recipientsOf(MAIN, who).why]).toEqual([
      ['feishu:ou_in@feishu,webhook'],
      'no_one_may_see',
    ]);
  });

  it('is never nobody, whatever the routes, and never somebody who may not see it while another may', () => {
    const name = fc.constantFrom('me', 'bob', 'intern', 'ops', 'chat', 'lab', 'typo');
    const route = fc.record(
      {
        to: fc.array(name, { minLength: 1, maxLength: 3 }),
        gateways: fc.array(fc.constantFrom('main', 'lab', 'gone'), { minLength: 1 }),
        severity: fc.constantFrom('critical', 'warning'),
        channels: fc.array(fc.constantFrom('feishu', 'qq', 'webhook'), { minLength: 1 }),
      },
      { requiredKeys: ['to'] },
    );
    fc.assert(
      fc.property(fc.array(route, { maxLength: 4 }), fc.constantFrom(MAIN, MILD, LAB), (routes, told) => {
        const { to } = recipientsOf(told, people(routes));
        expect(to.some(({ ways }) => ways.some(({ channel, place }) => channel !== 'qq' || place === undefined))).toBe(
          true,
        );
        expect(new Set(to.map(({ person }) => person)).size).toBe(to.length);
        if (told.gateway === 'main') expect(to.map(({ person }) => person)).not.toContain('feishu:ou_in');
      }),
    );
  });

  it('of Lifeline itself is whoever has all gateways; else everybody', () => {
    expect(ownRecipients(people([])).map(({ person }) => person)).toEqual(['feishu:ou_me', 'qq:BOB']);
    expect(ownRecipients(people([], { operators: [intern] })).map(({ person }) => person)).toEqual(['feishu:ou_in']);
  });
});

it('the table names who is told of what', () => {
  const config = parse(`gateways:
  - { name: main, kind: hermes }
  - { name: lab, kind: hermes, home: ~/lab }
channels: { qq: { app_id: 1, client_secret: s }, feishu: { app_id: cli_0123456789abcdef, app_secret: s } }
operators:
  - { name: me, role: admin, feishu: ou_me, qq: ME }
  - { name: intern, role: viewer, feishu: ou_in, gateways: [lab] }
groups: [{ name: ops, feishu: oc_ops }]
alerts: { routes: [{ severity: critical, to: [me, ops] }, { gateways: [lab], to: [intern] }] }
`);
  expect(routingTable(config, config.operators)).toEqual([
    { gateway: 'main', severity: 'critical', to: ['me (feishu → qq)', 'ops (feishu)'], why: 'routes' },
    { gateway: 'main', severity: 'warning', to: ['me (feishu → qq)'], why: 'no_route' },
    {
      gateway: 'lab',
      severity: 'critical',
      to: ['me (feishu → qq)', 'intern (feishu)', 'ops (feishu)'],
      why: 'routes',
    },
    { gateway: 'lab', severity: 'warning', to: ['intern (feishu)'], why: 'routes' },
  ]);
});
