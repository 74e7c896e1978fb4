import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { untilOwnChange } from '../../src/store/own-changes.ts';
import { transaction } from '../../src/store/transaction.ts';

const create = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  db.exec('CREATE TABLE words (word TEXT)');
  const select = db.prepare('SELECT word FROM words ORDER BY word');
  const state = { reads: 0 };
  const wordsOf = untilOwnChange(db, () => {
    state.reads += 1;
    return select.all().map(({ word }) => word);
  });
  const add = (word: string): void => void db.prepare('INSERT INTO words (word) VALUES (?)').run(word);
  return { db, state, wordsOf, add };
};

test('what was read counts until something is written', () => {
  const { state, wordsOf, add } = create();
  add('one');
  expect([wordsOf(), wordsOf()]).toEqual([['one'], ['one']]);
  expect(state.reads).toBe(1);
  add('two');
  expect([wordsOf(), wordsOf()]).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ]);
  expect(state.reads).toBe(2);
});

test('what is deleted is gone', () => {
  const { db, wordsOf, add } = create();
  add('one');
  expect(wordsOf()).toEqual(['one']);
  db.exec('DELETE FROM words');
  expect(wordsOf()).toEqual([]);
});

test('what a transaction has written is read in it, and forgotten when it is rolled back', () => {
  const { db, wordsOf, add } = create();
  expect(() =>
    transaction(db, () => {
      add('one');
      expect(wordsOf()).toEqual(['one']);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(wordsOf()).toEqual([]);
});

test('what was read before a transaction that is rolled back counts on', () => {
  const { db, wordsOf, add } = create();
  add('one');
  expect(wordsOf()).toEqual(['one']);
  expect(() =>
    transaction(db, () => {
      db.exec("DELETE FROM words WHERE word = 'one'");
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(wordsOf()).toEqual(['one']);
});
