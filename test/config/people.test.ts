import { describe, expect, it } from 'vitest';
import { complaints, parse, warned } from './helpers.ts';

const file = (more: string): string => `gateways:
  - { name: main, kind: hermes }
  - { name: lab, kind: hermes, home: ~/lab }
channels: { qq: { app_id: 1, client_secret: s }, feishu: { app_id: cli_0123456789abcdef, app_secret: s } }
${more}
`;
const ME = '{ name: me, role: admin, qq: ME }';
const INTERN = '{ name: intern, role: viewer, qq: IN, gateways: [lab] }';

/** Without the place, which other tests prove. */
const wrong = (more: string): readonly string[] => complaints(file(more)).map((line) => line.replace(/^\S+ /, ''));

describe('people, groups and routes', () => {
  it.each<[string, string, string]>([
    [
      'an operator of a gateway that is not there',
      'operators: [{ name: me, role: admin, qq: ME, gateways: [mian] }]',
      'operators[0].gateways[0]: there is no gateway mian; did you mean main?',
    ],
    [
      'an operator of no gateway',
      'operators: [{ name: me, role: admin, qq: ME, gateways: [] }]',
      'operators[0].gateways: names no gateway; leave it out for all of them',
    ],
    [
      'an operator of nothing that is written',
      'operators: [{ name: me, role: admin, qq: ME, gateways: }]',
      'operators[0].gateways: must be a list, each entry behind "- ", not null',
    ],
    ['a group without an id', 'groups: [{ name: ops }]', 'groups[0]: needs the id of one group: feishu or qq'],
    [
      'a group with two ids',
      'groups: [{ name: ops, feishu: oc_1, qq: G }]',
      'groups[0]: needs the id of one group: feishu or qq',
    ],
    [
      'a group twice',
      'groups: [{ name: a, qq: G }, { name: b, qq: G }]',
      'groups[1].qq: is the id of another group already',
    ],
    [
      'a group called as somebody',
      `operators: [${ME}]\ngroups: [{ name: me, qq: G }]`,
      'groups[0].name: is the name of somebody else already; routes could not tell',
    ],
    [
      'an id that is no group’s',
      'groups: [{ name: a, feishu: ou_1 }]',
      'groups[0].feishu: must be the chat_id of a group, which begins with "oc_", not "ou_1"',
    ],
    [
      'members of a Feishu group',
      'groups: [{ name: a, feishu: oc_1, members: { me: X } }]',
      'groups[0].members: is for QQ alone; on Feishu a person has one id everywhere',
    ],
    [
      'one member id for two',
      `operators: [${ME}, ${INTERN}]\ngroups: [{ name: a, qq: G, members: { me: X, intern: X } }]`,
      'groups[0].members.intern: is the id of me already; one person has one role',
    ],
    ['a route to nobody', 'alerts: { routes: [{ to: [] }] }', 'alerts.routes[0].to: names nobody'],
    [
      'a route of a gateway that is not there',
      `operators: [${ME}]\nalerts: { routes: [{ gateways: [x], to: [me] }] }`,
      'alerts.routes[0].gateways[0]: there is no gateway x',
    ],
    [
      'a route to somebody who may not see it',
      `operators: [${ME}, ${INTERN}]\nalerts: { routes: [{ gateways: [main], to: [me, intern] }] }`,
      'alerts.routes[0].to[1]: intern may see none of these gateways',
    ],
    [
      'a route to a QQ group alone',
      `operators: [${ME}]\ngroups: [{ name: g, qq: G }]\nalerts: { routes: [{ to: [g] }] }`,
      'alerts.routes[0].to: names only QQ groups, which take few messages; name a person or a Feishu group as well',
    ],
    [
      'a route over a channel without alerts',
      `operators: [${ME}]\nalerts: { order: [qq], routes: [{ to: [me], channels: [feishu] }] }`,
      'alerts.routes[0].channels[0]: feishu is not in alerts.order',
    ],
    [
      'another severity',
      `operators: [${ME}]\nalerts: { routes: [{ to: [me], severity: high }] }`,
      'alerts.routes[0].severity: must be critical or warning, not "high"',
    ],
  ])('%s is a mistake', (_what, more, expected) => {
    expect(wrong(more)).toEqual([expected]);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a route to a name that may be paired',
      `operators: [${ME}]\nalerts: { routes: [{ to: [me, bob] }] }`,
      ['alerts.routes[0] names bob, and nobody is called so; alerts that only they would get go to everybody'],
    ],
    [
      'a gateway that nobody has',
      `operators: [${INTERN}]`,
      ['no operator has the gateway main; its alerts go to everybody'],
    ],
  ])('%s is worth a word', (_what, more, expected) => {
    expect(warned(parse(file(more)))).toEqual(expected);
  });

  it('are read', () => {
    const { operators, groups, alerts } = parse(
      file(`operators: [${ME}, ${INTERN}]
groups: [{ name: ops, feishu: oc_1 }, { name: g, qq: G, gateways: [main], members: { me: MEMBER } }]
alerts: { routes: [{ gateways: [main], severity: critical, to: [me, g], channels: [qq] }] }`),
    );
    expect(operators[1]).toEqual({ name: 'intern', role: 'viewer', ids: { qq: 'IN' }, gateways: ['lab'] });
    expect(groups).toEqual([
      { name: 'ops', channel: 'feishu', id: 'oc_1', members: {} },
      { name: 'g', channel: 'qq', id: 'G', gateways: ['main'], members: { me: 'MEMBER' } },
    ]);
    expect(alerts.routes).toEqual([{ gateways: ['main'], severity: 'critical', to: ['me', 'g'], channels: ['qq'] }]);
  });
});
