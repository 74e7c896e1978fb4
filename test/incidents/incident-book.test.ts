import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { createIncidentBook } from '../../src/incidents/incident-book.ts';
import { openDatabase } from '../../src/store/database.ts';
import { ownFolder } from '../store/helpers.ts';
import { createStory, failed, gateway, link, MINUTE, result, SECOND, T0, TREAT, WELL } from './helpers.ts';

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

test('all that is known of an incident is stored, and is the same when it is read again', () => {
  const story = twoOpen();
  story.acknowledged(T0 + 2 * MINUTE, 'me', 2);
  story.judged(
    T0 + 10 * MINUTE,
    WELL,
    gateway('healthy'),
    link('qqbot', 'up', { since: T0 + 5 * MINUTE }),
    link('feishu', 'down'),
  );
  story.judged(T0 + 12 * MINUTE, TREAT, gateway('healthy'), link('qqbot', 'down'), link('feishu', 'flapping'));
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  book.save(story.all());
  expect(book.get(1)).toEqual(story.incident(1));
  expect(book.get(2)).toEqual(story.incident(2));
  expect(book.get(1)).toMatchObject({ outages: 2, told: 'opened', toldAt: T0 + 12 * MINUTE, severity: 'critical' });
  expect(book.get(2)).toMatchObject({ acknowledged: { by: 'me', at: T0 + 2 * MINUTE } });
  expect(book.get(3)).toBeNull();
  db.close();
});

test('one that came back is open again in its old place, even where another of its gateway has closed for it', () => {
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  const story = createStory({ book });
  const back = gateway('healthy', { since: T0 + SECOND });
  story.judged(T0, TREAT, gateway('frozen'));
  story.treated(T0 + 10 * SECOND, result(T0 + SECOND, { endedAt: T0 + 10 * SECOND }));
  story.judged(T0 + 10 * SECOND, WELL, back);
  expect(book.open()).toEqual([]);
  story.judged(T0 + MINUTE, TREAT, back, link('qqbot', 'down'));
  story.judged(T0 + 2 * MINUTE, TREAT, gateway('frozen'));
  expect(book.open()).toEqual([story.incident(1)]);
  expect(book.open()).toMatchObject([{ id: 1, outages: 2 }]);
  expect(book.nextId()).toBe(3);
  db.close();
});

test('what was closed lately, and all that concerns a span of time, can be asked for', () => {
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  const [one] = twoOpen().open();
  if (!one) throw new Error('no incident');
  const at = (id: number, openedAt: number, closedAt: number | null): Incident => ({
    ...one,
    id,
    link: String(id),
    openedAt,
    closedAt,
  });
  book.save([at(1, 100, 200), at(2, 110, 500), at(3, 120, null), at(4, 300, 400), at(5, 450, null)]);
  const ids = (incidents: readonly Incident[]): number[] => incidents.map(({ id }) => id);
  expect(ids(book.closedSince(400))).toEqual([4, 2]);
  expect(ids(book.closedSince(401))).toEqual([2]);
  expect(ids(book.since(201))).toEqual([5, 4, 3, 2]);
  expect(ids(book.since(450))).toEqual([5, 3, 2]);
  expect(ids(book.since(501))).toEqual([5, 3]);
  db.close();
});

test('an incident that an older Lifeline stored is read as what it was', () => {
  const db = openDatabase(':memory:');
  const book = createIncidentBook(db);
  const [one] = twoOpen().open();
  if (!one) throw new Error('no incident');
  db.prepare(
    `INSERT INTO incidents (id, gateway, link, opened_at, since, told, verdict, treatments) VALUES (7, 'main', NULL, 10, 5, 'opened', ?, '[]')`,
  ).run(JSON.stringify(one.verdict));
  expect(book.get(7)).toMatchObject({
    severity: 'critical',
    outages: 1,
    toldAt: null,
    acknowledged: null,
    timeline: [],
  });
  db.close();
});
