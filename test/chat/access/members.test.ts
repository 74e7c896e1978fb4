import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { createAccess } from '../../../src/chat/access/access.ts';
import { createMembers } from '../../../src/chat/access/members.ts';
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
  const { port, effects, note } = createMembers({
    groups,
    store: bound,
    isKnown: ({ member, group }) => who(member, group) !== null,
    onChange: () => access.changed(),
  });
  const word = (owner = OWNER): string => port.word(owner, now).word;
  /** Without a text: the word of the operator. */
  const says = (member: string, text = word(), group = 'G1', channel = 'qq'): void =>
    note({ channel, group, member, text, at: now });
  const keyOf = (member: string, owner = OWNER): string => {
    const claim = port.claim(owner, now);
    return claim !== null && claim !== 'several' && claim.id === member ? claim.key : '';
  };
  const bind = (member: string, owner = OWNER): boolean => effects.bind(keyOf(member, owner), owner, now);
  return {
    access,
    accessOf,
    who,
    word,
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

  it('is heard beside a crowd, with the word in small letters', () => {
    const { says, bind, word } = setUp();
    for (let n = 0; n < 30; n += 1) says(`C${n}`, `talk ${n}`);
    says('ME_THERE', ` ${word().toLowerCase()} `);
    for (let n = 0; n < 30; n += 1) says(`D${n}`, `talk ${n}`);
    expect(bind('ME_THERE')).toBe(true);
  });

  it('has one id in a group, and another in another', () => {
    const { says, bind, who, port } = setUp();
    for (const [member, group] of [
      ['FIRST', 'G1'],
      ['ELSEWHERE', 'G2'],
      ['SECOND', 'G1'],
    ] as const) {
      says(member, undefined, group);
      expect(bind(member)).toBe(true);
    }
    expect([who('FIRST'), who('SECOND')?.name, who('ELSEWHERE', 'G2')?.name]).toEqual([null, 'me', 'me']);
    expect(port.of(OWNER).map(({ group, id }) => [group, id])).toEqual([
      ['ops', 'SECOND'],
      ['other', 'ELSEWHERE'],
    ]);
  });

  it('is a stranger there once the operator is one, and anew once paired again', () => {
    const { says, bind, who, word, paired, accessOf, at } = setUp([]);
    const paula = { channel: 'feishu', user: 'ou_p', name: 'paula', role: 'viewer', pairedAt: at() };
    paired.add(paula);
    const owner = { channel: 'feishu', user: 'ou_p' };
    says('P_THERE', word(owner));
    expect(bind('P_THERE', owner)).toBe(true);
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
  it('once two have written the word: it is void, and another takes its place', () => {
    const { says, bind, who, port, effects, word, at } = setUp();
    const first = word();
    says('ME_THERE', first);
    const claim = port.claim(OWNER, at());
    says('THIEF', first);
    expect(port.claim(OWNER, at())).toBe('several');
    if (claim === null || claim === 'several') throw new Error('no claim');
    expect(effects.bind(claim.key, OWNER, at())).toBe(false);
    expect(word()).not.toBe(first);
    says('THIEF', first);
    expect(port.claim(OWNER, at())).toBeNull();
    says('ME_THERE');
    expect(bind('ME_THERE')).toBe(true);
    expect([who('ME_THERE')?.name, who('THIEF')]).toEqual(['me', null]);
  });

  it.each<[string, (scene: ReturnType<typeof setUp>) => void]>([
    ['who was not heard', () => undefined],
    ['who wrote the word before it was shown', ({ says }) => says('X', '23456789')],
    ['who wrote the word with more around it', ({ says, word }) => says('X', `my word is ${word()}`)],
    ['who wrote the beginning of the word', ({ says, word }) => says('X', word().slice(0, -1))],
    [
      'whose message is ten minutes old',
      ({ says, pass }) => {
        says('X');
        pass(10 * MINUTE);
      },
    ],
    [
      'who wrote a word that had expired',
      ({ says, word, pass }) => {
        const old = word();
        pass(10 * MINUTE);
        says('X', old);
      },
    ],
    ['in a group that is not listed', ({ says }) => says('X', undefined, 'G9')],
    ['on Feishu, where a person has one id everywhere', ({ says }) => says('X', undefined, 'oc_1', 'feishu')],
    ['who is known by the configuration', ({ says }) => says('BOSS_THERE')],
  ])('%s', (_what, happen) => {
    const scene = setUp();
    happen(scene);
    expect(scene.port.claim(OWNER, scene.at())).toBeNull();
    expect([scene.bind('X'), scene.bind('BOSS_THERE')]).toEqual([false, false]);
  });

  it('by the word of another operator, nor once bound to one', () => {
    const { says, bind, who, effects, keyOf, word, at } = setUp();
    const boss = { channel: 'qq', user: 'BOSS' };
    says('ME_THERE', word());
    const key = keyOf('ME_THERE');
    expect(effects.bind(key, boss, at())).toBe(false);
    bind('ME_THERE');
    says('ME_THERE', word(boss));
    expect(effects.bind(key, boss, at())).toBe(false);
    expect(who('ME_THERE')?.name).toBe('me');
  });

  it('by a word that was used', () => {
    const { says, bind, who, word, port, at } = setUp();
    const used = word();
    says('ME_THERE', used);
    bind('ME_THERE');
    says('THIEF', used);
    expect(port.claim(OWNER, at())).toBeNull();
    expect(who('THIEF')).toBeNull();
  });
});
