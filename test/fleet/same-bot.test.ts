/** A host that has the hub's bot in its own configuration takes its messages away: that is told once. */
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { botsOf } from '../../src/config/bots.ts';
import { createBotWatch } from '../../src/fleet/hub/bot-watch.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const OWN = ['feishu:cli_a', 'qq:1'];

test('a bot is known by its channel and its app', () => {
  expect(
    botsOf({
      channels: { feishu: { appId: 'cli_a' }, qq: { appId: '1' } } as Parameters<typeof botsOf>[0]['channels'],
    }),
  ).toEqual(OWN);
  expect(botsOf({ channels: {} })).toEqual([]);
});

test('each host with it is told once, also when another hub takes over, and again when it comes back', () => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  const open = () =>
    createBotWatch({
      db,
      own: OWN,
      outbox: createOutbox(db),
      people: () => [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_1' }] }],
      // Two within a millisecond.
      now: () => 1_000_000,
      locale: 'en',
      logger: silentLogger(),
      onQueued: () => undefined,
    });
  const told = (): readonly string[] =>
    db
      .prepare('SELECT message FROM outbox WHERE state = ? ORDER BY id')
      .all('open')
      .map((row) => (JSON.parse(String(row['message'])) as { title: string; note: string }).note);
  let watch = open();
  for (const bots of [undefined, [], ['feishu:cli_other']]) watch.heard('web-1', bots ? { bots } : {});
  expect(told()).toEqual([]);
  for (const host of ['web-1', 'web-2', 'web-1']) watch.heard(host, { bots: ['feishu:cli_a', 'qq:2'] });
  watch = open();
  watch.heard('web-1', { bots: OWN });
  expect(told()).toEqual([
    'On web-1 take feishu out of "channels", and start Lifeline anew',
    'On web-2 take feishu out of "channels", and start Lifeline anew',
  ]);
  watch.heard('web-1', { bots: [] });
  watch.heard('web-1', { bots: OWN });
  expect(told()).toHaveLength(3);
});
