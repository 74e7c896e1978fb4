/** Commands in groups: who counts there, what is answered there, and what is answered in private. */
import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../src/chat/access/access.ts';
import { createButtons } from '../../../src/chat/interaction/buttons.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Group, Operator } from '../../../src/config/config.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { command, harness, inbound, NOW } from '../helpers.ts';

const OPERATORS: readonly Operator[] = [
  { name: 'me', role: 'admin', ids: { feishu: 'ou_me', qq: 'ME' } },
  { name: 'bob', role: 'viewer', ids: { feishu: 'ou_bob' } },
];
const GROUPS: readonly Group[] = [
  { name: 'ops', channel: 'feishu', id: 'oc_ops', members: {} },
  { name: 'team', channel: 'qq', id: 'G', members: { me: 'ME_IN_G', bob: 'BOB_IN_G', gone: 'GONE_IN_G' } },
];
const isListed = (channel: string, group: string): boolean =>
  GROUPS.some((each) => each.channel === channel && each.id === group);

const scene = () => {
  const db = openDatabase(':memory:');
  const buttons = createButtons(db);
  const access = createAccess({
    configured: OPERATORS,
    groups: GROUPS,
    paired: { find: () => null, list: () => [] },
    clock: { now: () => NOW },
    logger: silentLogger(),
  });
  const all = [
    command('status'),
    command('logs', { answers: 'private' }),
    command('own', { own: true }),
    command('mute', { role: 'operator', effects: 'changes' }),
  ];
  const { bus, sent, audited } = harness(all, { access, isListed, buttons });
  const write = async (more: Parameters<typeof inbound>[1], text = '/status') => {
    const before = sent.length;
    bus.receive(inbound(text, more));
    await bus.idle();
    return sent
      .slice(before)
      .map(({ inbound: to, message }) => [
        to.channel,
        to.chat.kind === 'group' ? to.chat.id : to.sender,
        message.title,
      ]);
  };
  return { write, buttons, audited };
};

const inOps = { channel: 'feishu', chat: { kind: 'group', id: 'oc_ops' } } as const;
const inTeam = { channel: 'qq', chat: { kind: 'group', id: 'G' } } as const;
const elsewhere = { channel: 'feishu', chat: { kind: 'group', id: 'oc_other' } } as const;

describe('a command in a group', () => {
  it.each([
    ['a listed one is answered there', { ...inOps, sender: 'ou_me' }, '/status', [['feishu', 'oc_ops', 'did status']]],
    [
      'in one that is not listed is answered in private',
      { ...elsewhere, sender: 'ou_me' },
      '/status',
      [['feishu', 'ou_me', 'did status']],
    ],
    [
      'whose answer is not for all is answered in private, and the group hears that',
      { ...inOps, sender: 'ou_me' },
      '/logs',
      [
        ['feishu', 'oc_ops', 'me: the answer is in our private chat'],
        ['feishu', 'ou_me', 'did logs'],
      ],
    ],
    [
      'and so is one of one’s own',
      { ...inOps, sender: 'ou_me' },
      '/own',
      [
        ['feishu', 'oc_ops', 'me: the answer is in our private chat'],
        ['feishu', 'ou_me', 'did own'],
      ],
    ],
    [
      'counts by the role of whoever writes',
      { ...inOps, sender: 'ou_bob' },
      '/mute',
      [['feishu', 'oc_ops', 'Not allowed: /mute needs the role operator']],
    ],
    ['of a stranger gets nothing', { ...inOps, sender: 'ou_stranger' }, '/status', []],
    ['of a stranger elsewhere gets nothing', { ...elsewhere, sender: 'ou_stranger' }, '/status', []],
    ['on QQ counts by the id in that group', { ...inTeam, sender: 'ME_IN_G' }, '/status', [['qq', 'G', 'did status']]],
    [
      'by that id in another group is a stranger’s',
      { ...inTeam, chat: { kind: 'group', id: 'H' }, sender: 'ME_IN_G' } as const,
      '/status',
      [],
    ],
    [
      'by that id one-to-one is a stranger’s',
      { channel: 'qq', chat: { kind: 'direct' }, sender: 'BOB_IN_G' } as const,
      '/mute',
      [['qq', 'BOB_IN_G', "You are not on Lifeline's list of operators"]],
    ],
    [
      'by the id of somebody who is an operator no more gets nothing',
      { ...inTeam, sender: 'GONE_IN_G' },
      '/status',
      [],
    ],
    [
      'on QQ goes to the private chat of that person',
      { ...inTeam, sender: 'ME_IN_G' },
      '/logs',
      [
        ['qq', 'G', 'me: the answer is in our private chat'],
        ['qq', 'ME', 'did logs'],
      ],
    ],
    [
      'or to another channel, where the person has no id there',
      { ...inTeam, sender: 'BOB_IN_G' },
      '/logs',
      [
        ['qq', 'G', 'bob: the answer is in our private chat'],
        ['feishu', 'ou_bob', 'did logs'],
      ],
    ],
    ['that is a pairing code pairs nobody', { ...inOps, sender: 'ou_stranger' }, '/pair ABCD-EFGH', []],
  ])('%s', async (_what, more, text, expected) => {
    const { write } = scene();
    expect(await write(more, text)).toEqual(expected);
  });

  it('a button of an alert counts for who taps it, with the own role; not outside its group', async () => {
    const { write, buttons, audited } = scene();
    const { buttons: [button] = [] } = buttons.attachButtonTokens(
      { tone: 'critical', title: 'down', buttons: [{ label: 'mute', style: 'plain', command: '/mute' }] },
      { key: 'k', channel: 'feishu', user: 'oc_ops' },
      NOW,
    );
    const tap = { text: '', pressed: button?.token ?? '' };
    expect(await write({ ...inOps, ...tap, sender: 'ou_bob' })).toEqual([
      ['feishu', 'oc_ops', 'Not allowed: /mute needs the role operator'],
    ]);
    expect(await write({ ...inOps, ...tap, sender: 'ou_me' })).toEqual([['feishu', 'oc_ops', 'did mute']]);
    expect(await write({ ...inOps, ...tap, sender: 'ou_stranger' })).toEqual([]);
    expect(await write({ ...elsewhere, ...tap, sender: 'ou_me' })).toEqual([
      ['feishu', 'ou_me', 'This button has expired; nothing was done'],
    ]);
    expect(await write({ channel: 'feishu', ...tap, sender: 'ou_me' })).toEqual([
      ['feishu', 'ou_me', 'This button has expired; nothing was done'],
    ]);
    expect(audited.map(({ operator, outcome }) => [operator, outcome])).toEqual([
      ['bob', 'refused'],
      ['me', 'done'],
      [null, 'refused'],
      ['me', 'refused'],
      ['me', 'refused'],
    ]);
  });

  it('a button for one person in a group is nobody else’s', async () => {
    const { write, buttons } = scene();
    const { buttons: [button] = [] } = buttons.attachButtonTokens(
      { tone: 'info', title: 'x', buttons: [{ label: 'status', style: 'plain', command: '/status' }] },
      { key: 'k', channel: 'feishu', user: 'ou_me' },
      NOW,
    );
    const tap = { text: '', pressed: button?.token ?? '' };
    expect((await write({ ...inOps, ...tap, sender: 'ou_bob' }))[0]?.[2]).toMatch(/expired/);
    expect((await write({ ...inOps, ...tap, sender: 'ou_me' }))[0]?.[2]).toBe('did status');
  });
});
