import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { untilOwnChange } from '../../src/store/own-changes.ts';
import { transaction } from '../../src/store/transaction.ts';

const create = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  db.exec('CREATE TABLE words (name TEXT, word TEXT)');
  const select = db.prepare('SELECT word FROM words WHERE name = ? ORDER BY word');
  const state = { reads: 0 };
  const wordsOf = untilOwnChange(db, (name) => {
    state.reads += 1;
    return select.all(name).map(({ word }) => word);
  });
  const add = (name: string, word: string): void =>
    void db.prepare('INSERT INTO words (name, word) VALUES (?, ?)').run(name, word);
  return { db, state, wordsOf, add };
};

test('what was read counts until something is written, for each key by itself', () => {
  const { state, wordsOf, add } = create();
  add('a', 'one');
  expect([wordsOf('a'), wordsOf('b'), wordsOf('a'), wordsOf('b')]).toEqual([['one'], [], ['one'], []]);
  expect(state.reads).toBe(2);
  add('b', 'two');
  expect([wordsOf('a'), wordsOf('b')]).toEqual([['one'], ['two']]);
  expect(state.reads).toBe(4);
});

test('what is deleted is gone', () => {
  const { db, wordsOf, add } = create();
  add('a', 'one');
  expect(wordsOf('a')).toEqual(['one']);
  db.exec('DELETE FROM words');
  expect(wordsOf('a')).toEqual([]);
});

test('what a transaction has written is read in it, and forgotten when it is rolled back', () => {
  const { db, wordsOf, add } = create();
  expect(() =>
    transaction(db, () => {
      add('a', 'one');
      expect(wordsOf('a')).toEqual(['one']);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(wordsOf('a')).toEqual([]);
});

test('what was read before a transaction that is rolled back counts on', () => {
  const { db, wordsOf, add } = create();
  add('a', 'one');
  expect(wordsOf('a')).toEqual(['one']);
  expect(() =>
    transaction(db, () => {
      db.exec("DELETE FROM words WHERE name = 'a'");
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(wordsOf('a')).toEqual(['one']);
});
