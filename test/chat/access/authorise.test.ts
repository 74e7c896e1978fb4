import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorise, recognise, roleAllows } from '../../../src/chat/access/authorise.ts';
import { ROLES, type Operator, type Role } from '../../../src/config/config.ts';
import { OPERATORS } from '../helpers.ts';

describe('authorise', () => {
  it.each<[string, string, string, Role, string]>([
    ['the admin on QQ', 'qq', 'ME', 'operator', 'me'],
    ['the admin on Feishu', 'feishu', 'ou_me', 'admin', 'me'],
    ['a viewer who looks', 'qq', 'GUEST', 'viewer', 'guest'],
    ['a viewer who restarts', 'qq', 'GUEST', 'operator', 'role'],
    ['a stranger', 'qq', 'YOU', 'viewer', 'stranger'],
    ['an id in another case', 'qq', 'me', 'viewer', 'stranger'],
    ["the admin's id on another channel", 'feishu', 'ME', 'viewer', 'stranger'],
    ['a channel that nobody knows', 'webhook', 'ME', 'viewer', 'stranger'],
    ['a channel named as a method', 'toString', 'ME', 'viewer', 'stranger'],
    ['a channel named __proto__', '__proto__', 'ME', 'viewer', 'stranger'],
    ['nobody', 'qq', '', 'viewer', 'stranger'],
    ['a role that does not exist', 'qq', 'ME', 'god' as Role, 'role'],
  ])('%s', (_who, channel, sender, role, expected) => {
    const answer = authorise(recognise(OPERATORS, { channel, sender }), { role });
    expect(answer.allowed ? answer.operator.name : answer.why).toBe(expected);
  });

  it('lets each role do what the lesser ones may, and no more', () => {
    const table = ROLES.map((has) => ROLES.map((needs) => roleAllows(has, needs)));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it.each<[string, Operator]>([
    ['an operator with a role that does not exist', { name: 'x', role: 'root' as Role, ids: { qq: 'X' } }],
    ['an operator without ids', { name: 'x', role: 'admin', ids: null as unknown as Operator['ids'] }],
    [
      'an operator whose id throws',
      {
        name: 'x',
        role: 'admin',
        ids: {
          get qq(): string {
            throw new Error('broken');
          },
        },
      },
    ],
    ['an operator whose id is undefined', { name: 'x', role: 'admin', ids: { qq: undefined as unknown as string } }],
    ['an operator with an empty id', { name: 'x', role: 'admin', ids: { qq: '' } }],
  ])('refuses %s', (_what, operator) => {
    for (const sender of ['X', '', 'undefined', undefined as unknown as string]) {
      expect(authorise(recognise([operator], { channel: 'qq', sender }), { role: 'viewer' }).allowed).toBe(false);
    }
  });

  it('refuses a command whose role cannot be read', () => {
    const broken = {
      get role(): Role {
        throw new Error('broken');
      },
    };
    expect(authorise(recognise(OPERATORS, { channel: 'qq', sender: 'ME' }), broken)).toEqual({
      allowed: false,
      why: 'role',
    });
  });

  it('allows nobody but an operator whose own id on that channel it is', () => {
    const names = fc.constantFrom('qq', 'feishu', '__proto__', 'constructor', 'ME', '', 'x');
    const operators = fc.array(
      fc.record({ name: names, role: fc.constantFrom(...ROLES), ids: fc.dictionary(names, names) }),
    );
    fc.assert(
      fc.property(operators, names, names, fc.constantFrom(...ROLES), (list, channel, sender, role) => {
        const answer = authorise(recognise(list, { channel, sender }), { role });
        if (!answer.allowed) return;
        expect(Object.entries(answer.operator.ids)).toContainEqual([channel, sender]);
        expect(ROLES.indexOf(answer.operator.role)).toBeGreaterThanOrEqual(ROLES.indexOf(role));
      }),
    );
  });
});

describe('recognise', () => {
  it('is nobody when the list itself is broken', () => {
    expect(recognise(null as unknown as Operator[], { channel: 'qq', sender: 'ME' })).toBeNull();
  });
});
