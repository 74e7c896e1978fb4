import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { createWatched } from '../../src/store/watched.ts';
import { ownFolder } from './helpers.ts';

const SECOND = 1_000;
const GAP = 120 * SECOND;
const ALWAYS = { from: -Infinity, to: Infinity };

test('looks without a gap are one span; after a gap another one begins, and each gateway has its own', () => {
  const watched = createWatched(openDatabase(':memory:'), GAP);
  for (let at = 0; at <= 600; at += 5) watched.recordRound('main', at * SECOND);
  watched.recordRound('other', 100 * SECOND);
  watched.recordRound('main', 721 * SECOND);
  watched.recordRound('main', 726 * SECOND);
  expect(watched.spans('main', ALWAYS)).toEqual([
    { from: 0, to: 600 * SECOND },
    { from: 721 * SECOND, to: 726 * SECOND },
  ]);
  expect(watched.spans('main', { from: 700 * SECOND, to: 722 * SECOND })).toEqual([
    { from: 721 * SECOND, to: 726 * SECOND },
  ]);
  expect(watched.spans('other', ALWAYS)).toEqual([{ from: 100 * SECOND, to: 100 * SECOND }]);
});

test('what was saved is there for the next process, whose own time is a span of its own: it was away in between', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const one = openDatabase(path);
  const first = createWatched(one, GAP);
  for (const at of [1, 5, 10]) {
    first.recordRound('main', at * SECOND);
    first.save();
  }
  first.recordRound('main', 15 * SECOND);
  one.close();
  const two = openDatabase(path);
  const second = createWatched(two, GAP);
  second.recordRound('main', 20 * SECOND);
  second.recordRound('main', 30 * SECOND);
  second.save();
  expect(second.spans('main', ALWAYS)).toEqual([
    { from: SECOND, to: 10 * SECOND },
    { from: 20 * SECOND, to: 30 * SECOND },
  ]);
  expect(two.prepare('SELECT count(*) AS n FROM watched').get()).toEqual({ n: 2 });
  two.close();
});

test('a clock that is set back begins a span anew, and makes none shorter', () => {
  const watched = createWatched(openDatabase(':memory:'), GAP);
  for (const at of [100, 105, 50, 55, 60]) watched.recordRound('main', at * SECOND);
  watched.save();
  expect(watched.spans('main', ALWAYS)).toEqual([
    { from: 50 * SECOND, to: 60 * SECOND },
    { from: 100 * SECOND, to: 105 * SECOND },
  ]);
});
