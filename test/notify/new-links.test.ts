import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { tellOfNewLinks } from '../../src/notify/tellers/new-links.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const link = (name: string): Verdict => ({
  gateway: 'main',
  link: name,
  condition: 'up',
  cause: 'fine',
  remedy: 'none',
  since: 0,
  at: 0,
  evidence: [],
});

const setUp = () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const timers: (() => void)[] = [];
  const outbox = createOutbox(db);
  let links: readonly string[] = [];
  return {
    watches: (...names: readonly string[]) => {
      links = names;
    },
    start: ({ isFirst = false } = {}) =>
      tellOfNewLinks({
        db,
        isFirst,
        seen: () => [{ name: 'main', verdicts: links.map(link) }],
        outbox,
        to: () => [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }],
        quiet: null,
        locale: 'en',
        clock: {
          ...scaledClock(0, 1),
          timer: (_ms, run) => {
            timers.push(run);
            return () => void timers.splice(timers.indexOf(run), 1);
          },
        },
        onQueued: () => undefined,
      }),
    minutePasses: () => {
      for (const run of timers.splice(0)) run();
    },
    waits: () => timers.length,
    told: () =>
      db
        .prepare('SELECT message FROM outbox ORDER BY id')
        .all()
        .map(
          ({ message }) => JSON.parse(String(message)) as { readonly title: string; readonly lines: readonly string[] },
        )
        .map(({ title, lines }) => [title, ...lines]),
  };
};

test('after an upgrade the links that are newly watched are named, once', () => {
  const story = setUp();
  story.watches('qqbot', 'feishu:work', 'telegram', 'slack:one', 'webhook', 'own-link');
  story.start();
  expect(story.told()).toEqual([]);
  story.minutePasses();
  const once = [['3 more links are watched from now on', 'main: Telegram, Slack one, Webhook']];
  expect(story.told()).toEqual(once);
  story.start();
  story.watches('telegram', 'discord');
  story.minutePasses();
  expect(story.told()).toEqual(once);
  expect(story.waits()).toBe(0);
});

test('a gateway that is down is waited for', () => {
  const story = setUp();
  story.start();
  story.minutePasses();
  story.minutePasses();
  expect(story.told()).toEqual([]);
  story.watches('email');
  story.minutePasses();
  expect(story.told()).toEqual([['One more link is watched from now on', 'main: Email']]);
});

test('where nothing is new, nothing is said, nor ever again', () => {
  const story = setUp();
  story.watches('qqbot', 'feishu');
  story.start();
  story.minutePasses();
  story.watches('qqbot', 'telegram');
  story.start();
  story.minutePasses();
  expect(story.told()).toEqual([]);
});

test('a new installation has nothing that is new', () => {
  const story = setUp();
  story.watches('telegram');
  story.start({ isFirst: true });
  story.minutePasses();
  story.start();
  story.minutePasses();
  expect(story.told()).toEqual([]);
});

test('an end of Lifeline ends it', () => {
  const story = setUp();
  story.start()();
  expect(story.waits()).toBe(0);
});
