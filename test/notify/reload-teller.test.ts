import { expect, test } from 'vitest';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { createReloadTeller } from '../../src/notify/tellers/reload-teller.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Locale } from '../../src/text/locale.ts';

const EVERYBODY = [
  {
    person: 'me',
    ways: [
      { channel: 'feishu', user: 'ou_me' },
      { channel: 'qq', user: 'QQ_ME' },
    ],
  },
  { person: 'you', ways: [{ channel: 'qq', user: 'QQ_YOU' }] },
];
const ME_IN_A_GROUP = { channel: 'qq', user: 'QQ_ME', group: 'G1', replyTo: 'm1', id: 'm1' };

const setUp = (locale: Locale = 'en') => {
  const db = openDatabase(':memory:');
  let now = 1_000;
  const teller = () =>
    createReloadTeller({
      db,
      outbox: createOutbox(db),
      to: () => EVERYBODY,
      locale,
      now: () => (now += 1),
      onQueued: () => undefined,
    });
  const queued = () =>
    db
      .prepare(
        'SELECT kind, person, message, (SELECT channel FROM deliveries WHERE entry = outbox.id ORDER BY rank LIMIT 1) AS channel, (SELECT place FROM deliveries WHERE entry = outbox.id ORDER BY rank LIMIT 1) AS place FROM outbox ORDER BY id',
      )
      .all()
      .map(({ kind, person, message, channel, place }) => ({
        kind,
        person,
        channel,
        place: place === null ? null : (JSON.parse(String(place)) as unknown),
        title: (JSON.parse(String(message)) as { readonly title: string }).title,
      }));
  return { teller, queued };
};

const TO_ME = { kind: 'result', person: 'me', channel: 'qq', place: { group: 'G1', replyTo: 'm1' } };

test('whoever asked hears of it where they asked, from the app that runs then, and once', () => {
  const { teller, queued } = setUp();
  teller().promise(ME_IN_A_GROUP);
  const next = teller();
  next.ended({ kind: 'done', changes: ['watch.pulse: 5s → 10s'] });
  next.ended({ kind: 'done', changes: [] });
  expect(queued()).toEqual([{ ...TO_ME, title: 'Configuration reloaded, 1 change' }]);
});

test('whoever asked hears of it when Lifeline was killed in the middle', () => {
  const { teller, queued } = setUp();
  teller().promise(ME_IN_A_GROUP);
  teller().ended(null);
  expect(queued()).toEqual([
    {
      ...TO_ME,
      title: 'Lifeline was cut short while it reloaded, and has started with the configuration file as it is now',
    },
  ]);
});

test('a start that nobody asked for says nothing, nor does a signal that went well', () => {
  const { teller, queued } = setUp();
  teller().ended(null);
  teller().ended({ kind: 'done', changes: ['locale: zh-CN → en'] });
  expect(queued()).toEqual([]);
});

test('what a signal could not do is told to everybody', () => {
  const { teller, queued } = setUp();
  teller().ended({ kind: 'failed', reason: 'The Feishu app is not ready' });
  teller().refused({ kind: 'bad', problems: ['config.yaml:3:5: heal: must be auto'] });
  const everybody = (title: string) => [
    { kind: 'reload', person: 'me', channel: 'feishu', place: null, title },
    { kind: 'reload', person: 'you', channel: 'qq', place: null, title },
  ];
  expect(queued()).toEqual([
    ...everybody('Lifeline could not start with the new configuration and went back to the old one'),
    ...everybody('The configuration has mistakes; the old one stays in use'),
  ]);
});

test('of two who asked, one of whom was told at once that it is busy, the other hears of it', () => {
  const { teller, queued } = setUp();
  const you = { channel: 'qq', user: 'QQ_YOU', replyTo: 'm2', id: 'm2' };
  teller().promise(ME_IN_A_GROUP);
  teller().promise(you);
  teller().withdraw(you);
  teller().ended({ kind: 'done', changes: [] });
  expect(queued()).toEqual([{ ...TO_ME, title: 'Configuration reloaded, nothing changed' }]);
});

test('of two whose promise stood when Lifeline was killed, both hear of it', () => {
  const { teller, queued } = setUp();
  teller().promise(ME_IN_A_GROUP);
  teller().promise({ channel: 'qq', user: 'QQ_YOU', replyTo: 'm2', id: 'm2' });
  teller().ended(null);
  expect(queued().map(({ person }) => person)).toEqual(['me', 'you']);
});
