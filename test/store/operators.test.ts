import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { createPairedOperators, type PairedOperator } from '../../src/store/operators.ts';
import { ownFolder } from './helpers.ts';

const person = (more: Partial<PairedOperator> = {}): PairedOperator => ({
  channel: 'qq',
  user: 'U',
  name: 'bob',
  role: 'operator',
  pairedAt: 1_000,
  ...more,
});

const open = (path = ':memory:') => {
  const db = openDatabase(path);
  onTestFinished(() => db.close());
  return createPairedOperators(db);
};

test('somebody who was paired is found by channel and id, and by nothing less', () => {
  const paired = open();
  paired.add(person());
  expect(paired.find('qq', 'U')).toEqual(person());
  for (const [channel, user] of [
    ['feishu', 'U'],
    ['qq', 'u'],
    ['qq', 'U '],
    ['qq', ''],
    ['', 'U'],
    ['qq', '%'],
  ] as const)
    expect(paired.find(channel, user)).toBeNull();
});

test('the list has the first paired first', () => {
  const paired = open();
  paired.add(person({ user: 'B', pairedAt: 2_000 }));
  paired.add(person({ user: 'A', pairedAt: 1_000 }));
  expect(paired.list().map(({ user }) => user)).toEqual(['A', 'B']);
});

test('a revocation takes all of that name, is told, and is on the disk for every other connection', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const [one, other] = [open(path), open(path)];
  one.add(person());
  one.add(person({ channel: 'feishu', user: 'ou_1' }));
  one.add(person({ user: 'C', name: 'carol' }));
  expect(other.find('qq', 'U')).toEqual(person());
  expect(other.revoke('bob', 5_000)).toEqual(
    expect.arrayContaining([person(), person({ channel: 'feishu', user: 'ou_1' })]),
  );
  expect([one.find('qq', 'U'), one.find('feishu', 'ou_1'), one.find('qq', 'C')]).toEqual([
    null,
    null,
    person({ user: 'C', name: 'carol' }),
  ]);
  expect(one.list().map(({ name }) => name)).toEqual(['carol']);
  expect(one.revoke('bob', 6_000)).toEqual([]);
  expect(one.revoke('nobody', 6_000)).toEqual([]);
});

test('somebody who was revoked may be paired anew, with another name and role', () => {
  const paired = open();
  paired.add(person({ role: 'admin' }));
  paired.revoke('bob', 2_000);
  paired.add(person({ name: 'rob', role: 'viewer', pairedAt: 3_000 }));
  expect(paired.list()).toEqual([person({ name: 'rob', role: 'viewer', pairedAt: 3_000 })]);
});
