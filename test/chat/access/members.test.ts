import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createAccess } from '../../../src/chat/access/access.ts';
import { createMembers } from '../../../src/chat/access/members.ts';
import { createMentions } from '../../../src/chat/access/mentions.ts';
import type { Group, Operator } from '../../../src/config/config.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createGroupMembers } from '../../../src/store/group-members.ts';
import { createPairedOperators } from '../../../src/store/operators.ts';
import { NOW } from '../helpers.ts';

const MINUTE = 60_000;
const ME: Operator = { name: 'me', role: 'operator', ids: { qq: 'ME', feishu: 'ou_me' }, gateways: ['main', 'lab'] };
const GROUPS: readonly Group[] = [
  { name: 'ops', channel: 'qq', id: 'G1', members: { boss: 'BOSS_THERE' }, gateways: ['main'] },
  { name: 'other', channel: 'qq', id: 'G2', members: {} },
  { name: 'wide', channel: 'feishu', id: 'oc_1', members: {} },
];
const BOSS: Operator = { name: 'boss', role: 'admin', ids: { qq: 'BOSS' } };
const OWNER = { channel: 'qq', user: 'ME' };

const setUp = (configured: readonly Operator[] = [ME, BOSS], groups = GROUPS) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const paired = createPairedOperators(db);
  const bound = createGroupMembers(db);
  let now = NOW;
  const accessOf = (people: readonly Operator[]) =>
    createAccess({ configured: people, groups, paired, bound, clock: { now: () => now }, logger: silentLogger() });
  const access = accessOf(configured);
  const who = (sender: string, group = 'G1', by = access) =>
    by.recognise({ channel: 'qq', sender, chat: { kind: 'group', id: group } });
  const mentions = createMentions();
  const { port, effects, note } = createMembers({
    groups,
    mentions,
    store: bound,
    isKnown: ({ member, group }) => who(member, group) !== null,
    onChange: () => access.changed(),
  });
  const says = (member: string, text = 'hello there', group = 'G1', channel = 'qq'): void =>
    note({ channel, group, member, text, at: now });
  const keyOf = (member: string): string => port.seen(now).find(({ id }) => id === member)?.key ?? '';
  const bind = (member: string, owner = OWNER): boolean => effects.bind(keyOf(member), owner, now);
  return {
    access,
    accessOf,
    who,
    says,
    port,
    effects,
    keyOf,
    bind,
    paired,
    pass: (ms: number) => (now += ms),
    at: () => now,
  };
};

describe('who binds an id of a group', () => {
  it('is there what that operator is, within the bounds of both, and nowhere else', () => {
    const { says, bind, who, access } = setUp();
    says('ME_THERE');
    expect(who('ME_THERE')).toBeNull();
    expect(bind('ME_THERE')).toBe(true);
    expect(who('ME_THERE')).toMatchObject({ name: 'me', role: 'operator', gateways: ['main'] });
    expect(access.knows({ channel: 'qq', sender: 'ME_THERE' })).toBe(true);
    expect(who('ME_THERE', 'G2')).toBeNull();
    expect(who('ME_THERE', 'G9')).toBeNull();
    expect(access.recognise({ channel: 'qq', sender: 'ME_THERE', chat: { kind: 'direct' } })).toBeNull();
    expect(access.recognise({ channel: 'feishu', sender: 'ME_THERE', chat: { kind: 'group', id: 'G1' } })).toBeNull();
  });

  it('is heard beside a crowd of another platform, where nobody needs it', () => {
    const { says, bind } = setUp();
    for (let n = 0; n < 30; n += 1) says(`ou_${n}`, `word ${n}`, 'oc_1', 'feishu');
    says('ME_THERE');
    expect(bind('ME_THERE')).toBe(true);
  });

  it('has one id in a group, and another in another', () => {
    const { says, bind, who, port } = setUp();
    says('FIRST', 'one');
    says('SECOND', 'two');
    says('ELSEWHERE', 'three', 'G2');
    for (const member of ['FIRST', 'ELSEWHERE', 'SECOND']) expect(bind(member)).toBe(true);
    expect([who('FIRST'), who('SECOND')?.name, who('ELSEWHERE', 'G2')?.name]).toEqual([null, 'me', 'me']);
    expect(port.of(OWNER).map(({ group, id }) => [group, id])).toEqual([
      ['ops', 'SECOND'],
      ['other', 'ELSEWHERE'],
    ]);
  });

  it('is a stranger there once the operator is one, and anew once paired again', () => {
    const { says, bind, who, paired, accessOf, at } = setUp([]);
    const paula = { channel: 'feishu', user: 'ou_p', name: 'paula', role: 'viewer', pairedAt: at() };
    paired.add(paula);
    says('P_THERE');
    expect(bind('P_THERE', { channel: 'feishu', user: 'ou_p' })).toBe(true);
    expect(who('P_THERE')).toMatchObject({ name: 'paula', role: 'viewer' });
    paired.revoke('paula', at());
    expect(who('P_THERE')).toBeNull();
    paired.add(paula);
    expect(who('P_THERE')).toBeNull();

    const configured = setUp();
    configured.says('ME_THERE');
    configured.bind('ME_THERE');
    // Another person of the same name is not that person.
    const others = configured.accessOf([{ ...ME, ids: { qq: 'SOMEBODY' } }]);
    expect(configured.who('ME_THERE', 'G1', others)).toBeNull();
    expect(accessOf([]).everybody()).toMatchObject([{ name: 'paula' }]);
  });

  it('can take it back, and nobody else can', () => {
    const { says, bind, who, port, effects } = setUp();
    says('ME_THERE');
    bind('ME_THERE');
    const key = port.of(OWNER)[0]?.key ?? '';
    expect(effects.forget(key, { channel: 'qq', user: 'BOSS' })).toBe(false);
    expect(who('ME_THERE')?.name).toBe('me');
    expect(effects.forget(key, OWNER)).toBe(true);
    expect(effects.forget(key, OWNER)).toBe(false);
    expect(who('ME_THERE')).toBeNull();
  });
});

describe('nobody is bound', () => {
  it('whom another has copied, until one of them says something else', () => {
    const { says, bind, who, port, at } = setUp();
    says('ME_THERE', '今天风大');
    says('THIEF', ' 今天，风大！');
    expect(port.seen(at()).map(({ id, alone }) => [id, alone])).toEqual([
      ['THIEF', false],
      ['ME_THERE', false],
    ]);
    expect([bind('ME_THERE'), bind('THIEF')]).toEqual([false, false]);
    says('ME_THERE', 'kumquat');
    expect(bind('ME_THERE')).toBe(true);
    expect([who('ME_THERE')?.name, who('THIEF')]).toEqual(['me', null]);
  });

  it.each<[string, (scene: ReturnType<typeof setUp>) => void]>([
    ['who was not heard', () => undefined],
    [
      'whose message is ten minutes old',
      ({ says, pass }) => {
        says('X');
        pass(10 * MINUTE);
      },
    ],
    ['in a group that is not listed', ({ says }) => says('X', 'hi', 'G9')],
    ['on Feishu, where a person has one id everywhere', ({ says }) => says('X', 'hi', 'oc_1', 'feishu')],
    ['who is known by the configuration', ({ says }) => says('BOSS_THERE', 'hi')],
  ])('%s', (_what, happen) => {
    const scene = setUp();
    happen(scene);
    expect(scene.port.seen(scene.at())).toEqual([]);
    expect([scene.bind('X'), scene.bind('BOSS_THERE')]).toEqual([false, false]);
  });

  it('and whoever is bound to one stays that one’s', () => {
    const { says, bind, who, effects, keyOf, at } = setUp();
    says('ME_THERE');
    const key = keyOf('ME_THERE');
    bind('ME_THERE');
    says('ME_THERE', 'again');
    expect(effects.bind(key, { channel: 'qq', user: 'BOSS' }, at())).toBe(false);
    expect(who('ME_THERE')?.name).toBe('me');
  });

  it('out of the list by a crowd', () => {
    const { says, port, at } = setUp();
    says('ME_THERE', 'kumquat');
    for (let n = 0; n < 100; n += 1) says(`C${n}`, `crowd ${'x'.repeat(n)}`);
    expect(port.seen(at())).toHaveLength(20);
    expect(port.seen(at()).at(-1)?.id).toBe('ME_THERE');
  });
});
