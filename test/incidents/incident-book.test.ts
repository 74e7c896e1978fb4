import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { openDatabase } from '../../src/store/database.ts';
import { ownFolder } from '../store/helpers.ts';
import { createStory, failed, gateway, link, MINUTE, SECOND, T0, TREAT } from './helpers.ts';

const twoOpen = () => {
  const story = createStory();
  story.judged(T0, TREAT, gateway('healthy'), link('qqbot', 'down'), link('feishu', 'down'));
  story.treated(T0 + MINUTE, failed(T0 + SECOND, [{ what: 'login', link: 'qqbot' }]), TREAT);
  return story;
};

test('open incidents are there, whole, when the database is opened again', () => {
  const path = join(ownFolder(), 'lifeline.db');
  const story = twoOpen();
  const before = openDatabase(path);
  createIncidentBook(before).save(story.open());
  before.close();
  const db = openDatabase(path);
  const book = createIncidentBook(db);
  expect(book.open()).toEqual(story.open());
  expect(book.nextId()).toBe(3);
  db.close();
});

test('a link incident and the gateway incident that takes it up are stored in one go', () => {
  const story = twoOpen();
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  book.save(story.open());
  story.judged(T0 + 2 * MINUTE, TREAT, gateway('frozen'));
  book.save([1, 2, 3].flatMap((id) => story.incident(id) ?? []));
  expect(book.open()).toEqual(story.open());
  expect(book.recent(2).map(({ id, closedAt }) => [id, closedAt])).toEqual([
    [3, null],
    [2, T0 + 2 * MINUTE],
  ]);
  db.close();
});

test('two open incidents about one thing are refused, and with them all that came along', () => {
  const story = twoOpen();
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  const [first] = story.open();
  if (!first) throw new Error('no incident');
  expect(() => book.save([first, { ...first, id: 9 }])).toThrow(/UNIQUE/);
  expect(book.open()).toEqual([]);
  db.close();
});
