import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createChannelWatch } from '../../src/notify/tellers/channel-watch.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';

const NIGHT = Date.parse('2026-11-21T02:00:00+08:00');
const MORNING = Date.parse('2026-11-21T07:00:00+08:00');
const MINUTE = 60_000;

const setUp = (quiet: { from: number; to: number } | null) => {
  const db = openDatabase(':memory:');
  onTestFinished(() => db.close());
  let now = NIGHT;
  let link: 'connected' | 'waiting' = 'connected';
  const channel = (name: string): Channel => ({
    name,
    start: async () => undefined,
    stop: async () => undefined,
    send: async () => ({ outcome: 'ok', messageId: 'x' }),
    status: () => ({ link: name === 'feishu' ? link : 'connected', since: 0, lastInboundAt: null, problem: null }),
  });
  const watch = createChannelWatch({
    db,
    channels: [channel('feishu'), channel('qq')],
    outbox: createOutbox(db),
    to: () => [
      {
        person: 'me',
        ways: [
          { channel: 'feishu', user: 'ou_me' },
          { channel: 'qq', user: 'QQ_ME' },
        ],
      },
    ],
    locale: 'zh-CN',
    quiet,
    clock: { ...scaledClock(0, 1), now: () => now },
    logger: silentLogger(),
    afterMs: 5 * MINUTE,
    onQueued: () => undefined,
  });
  const checkAfter = (ms: number, next: typeof link): void => {
    now += ms;
    link = next;
    watch.check();
  };
  const queued = () =>
    db
      .prepare(
        `SELECT kind, outbox.state, not_before AS until, group_concat(channel) AS channels FROM outbox LEFT JOIN deliveries ON entry = id GROUP BY id ORDER BY id`,
      )
      .all()
      .map((row) => ({ ...row }));
  return { checkAfter, queued };
};

test('a channel that is down for long is told on the others at once', () => {
  const { checkAfter, queued } = setUp(null);
  checkAfter(0, 'waiting');
  checkAfter(5 * MINUTE, 'waiting');
  expect(queued()).toEqual([{ kind: 'channel_down', state: 'open', until: null, channels: 'qq' }]);
});

test('in the quiet hours nobody is woken for it, and in the morning one line says that it was down', () => {
  const { checkAfter, queued } = setUp({ from: 23 * 60, to: 7 * 60 });
  checkAfter(0, 'waiting');
  checkAfter(5 * MINUTE, 'waiting');
  expect(queued()).toEqual([{ kind: 'channel_down', state: 'open', until: MORNING, channels: 'qq' }]);
  checkAfter(30 * MINUTE, 'connected');
  expect(queued()).toEqual([
    { kind: 'channel_down', state: 'done', until: MORNING, channels: 'qq' },
    { kind: 'channel_up', state: 'open', until: MORNING, channels: 'qq' },
  ]);
});
