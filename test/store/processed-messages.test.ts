import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { createProcessedMessages } from '../../src/store/processed-messages.ts';
import { ownFolder } from './helpers.ts';

const DAY = 86_400_000;

test('an id is first once, on each channel by itself', () => {
  const db = openDatabase(':memory:');
  const seen = createProcessedMessages(db);
  expect(seen.first('feishu', 'om_1', 1_000)).toBe(true);
  expect(seen.first('feishu', 'om_1', 2_000)).toBe(false);
  expect(seen.first('qq', 'om_1', 3_000)).toBe(true);
  expect(seen.first('feishu', 'om_2', 4_000)).toBe(true);
  db.close();
});

test('it is on the disk before the answer: another connection knows it at once, and so does the next run', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const one = openDatabase(path);
  const other = openDatabase(path);
  expect(createProcessedMessages(one).first('qq', 'm', 1_000)).toBe(true);
  expect(createProcessedMessages(other).first('qq', 'm', 1_000)).toBe(false);
  one.close();
  other.close();
  const later = openDatabase(path);
  expect(createProcessedMessages(later).first('qq', 'm', 2_000)).toBe(false);
  later.close();
});

test('ids are kept for eight days and then forgotten', () => {
  const db = openDatabase(':memory:');
  const seen = createProcessedMessages(db);
  const ids = (): unknown[] =>
    db
      .prepare('SELECT id FROM seen ORDER BY id')
      .all()
      .map(({ id }) => id);
  seen.first('qq', 'a', 0);
  seen.first('qq', 'b', 5 * DAY);
  seen.first('qq', 'c', 8 * DAY);
  expect(ids()).toEqual(['a', 'b', 'c']);
  seen.first('qq', 'd', 8 * DAY + 3_600_000);
  expect(ids()).toEqual(['b', 'c', 'd']);
  db.close();
});

test('what was begun and never done is told once, by the next run', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const one = openDatabase(path);
  const seen = createProcessedMessages(one);
  seen.first('feishu', 'om_1', 1_000, 'asked for a restart');
  seen.first('feishu', 'om_2', 2_000, 'asked for the status');
  seen.done('feishu', 'om_2');
  // A redelivery is not another beginning.
  seen.first('feishu', 'om_2', 3_000, 'again');
  one.close();
  const later = openDatabase(path);
  const next = createProcessedMessages(later);
  expect(next.takeUnfinished()).toEqual([
    { channel: 'feishu', id: 'om_1', at: 1_000, unfinished: 'asked for a restart' },
  ]);
  expect(next.takeUnfinished()).toEqual([]);
  expect(next.first('feishu', 'om_1', 4_000)).toBe(false);
  later.close();
});
