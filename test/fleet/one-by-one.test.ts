/** What an agent could not hand to the hub goes again as it went, one by one: the hub knows each by its key, and gathers itself. */
import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { createHubChannel, HUB_CHANNEL, HUB_USER, type HubChannel } from '../../src/fleet/hub-channel.ts';
import { PROTOCOL, type Notice, type Receipt } from '../../src/fleet/messages.ts';
import { batchOf } from '../../src/notify/outbox/batch.ts';
import { DEFAULT_DELIVERY_POLICY } from '../notify/outbox/delivery-policy.ts';
import { createDeliveryWorker } from '../../src/notify/outbox/delivery-worker.ts';
import type { Delivery, Notification } from '../../src/notify/outbox/notification.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { createDeliveryRecord } from '../../src/notify/outbox/delivery-record.ts';
import { openDatabase } from '../../src/store/database.ts';
import { until } from './until.ts';

const ALERTS = 5;
const FENCE = { bucketMs: 1, revision: 1 };

/** An agent with some alerts in its outbox, and what its hub does with each. */
const agentWith = async (ask: (notice: Notice) => Receipt['is'], { alerts = ALERTS, speed = 2_000 } = {}) => {
  const db = openDatabase(':memory:');
  const channel: HubChannel = createHubChannel({
    ask: async (notice) => ({ v: PROTOCOL, id: notice.id, fence: FENCE, is: ask(notice) }),
    fallbackMs: 180_000,
    onBack: () => worker.channelBack(HUB_CHANNEL),
    logger: silentLogger(),
  });
  await channel.start(() => undefined);
  const outbox = createOutbox(db);
  const clock = scaledClock(Date.UTC(2026, 0, 1), speed);
  const worker = createDeliveryWorker({
    record: createDeliveryRecord(db),
    channels: [channel],
    deliveryPolicy: { ...DEFAULT_DELIVERY_POLICY, sendLimitMs: 600_000 },
    render: (items) => ({
      message: items[0]?.notification.message ?? { tone: 'info', title: '' },
      why: items.length === 1 ? 'as_written' : 'batch',
    }),
    clock,
    logger: silentLogger(),
  });
  onTestFinished(() => worker.stop());
  for (let subject = 1; subject <= alerts; subject += 1)
    outbox.enqueue(
      {
        topic: 'incident',
        subject,
        kind: 'opened',
        message: { tone: 'critical', title: `#${subject}` },
        at: clock.now(),
      },
      [{ person: 'hub', ways: [{ channel: HUB_CHANNEL, user: HUB_USER }] }],
    );
  worker.start();
  const putOff = (): number =>
    Number(db.prepare(`SELECT count(*) AS n FROM deliveries WHERE state = 'open' AND tries > 0`).get()?.['n']);
  return { channel, outbox, putOff };
};

test('what no hub has taken goes at once when one is heard again, each alert once', async () => {
  const taken: Notice[] = [];
  let tries = 0;
  let isUp = false;
  const { outbox, channel, putOff } = await agentWith(
    (notice) => {
      tries += 1;
      if (!isUp) throw new Error('503');
      taken.push(notice);
      return 'delivered';
    },
    // As on the wall, where the third try waits for many seconds.
    { speed: 1 },
  );
  await until('each to have been tried in vain', () => putOff() === ALERTS);
  isUp = true;
  const before = tries;
  channel.heard('1-2');
  await until('all to be delivered', () => outbox.undelivered() === 0, 2_000);
  expect(tries - before).toBe(ALERTS);
  expect(taken.map(({ message }) => message.title).toSorted()).toEqual(['#1', '#2', '#3', '#4', '#5']);
});

test('no alert waits until a phone has another, and a long queue does not go at once', async () => {
  const held: Notice[] = [];
  const { channel, outbox } = await agentWith(
    (notice) => {
      held.push(notice);
      return 'accepted';
    },
    { alerts: 50, speed: 1 },
  );
  await until('as many as may go at once', () => held.length >= 32, 5_000);
  expect(held).toHaveLength(32);
  // The hub holds the first of them in a storm, or its phone is off.
  for (let n = 1; n < held.length; n += 1)
    channel.onReceipt({ v: PROTOCOL, id: held[n]?.id ?? '', fence: FENCE, is: 'delivered' });
  await until('the others to go', () => held.length === 50);
  for (const { id } of held) channel.onReceipt({ v: PROTOCOL, id, fence: FENCE, is: 'delivered' });
  await until('all to be delivered', () => outbox.undelivered() === 0);
  expect(new Set(held.map(({ id }) => id)).size).toBe(50);
});

test('what a host has made of several is no line of another message', () => {
  const item = (id: number, gateway: string | null) => ({
    notification: {
      id,
      topic: 'host',
      kind: 'opened',
      gateway,
      message: { tone: 'critical', title: '' },
      at: 0,
      notBefore: null,
      held: null,
    } as Notification,
    delivery: { channel: 'feishu', user: 'me', unsure: false, tries: 1, batch: null } as Delivery,
  });
  const items = [item(1, 'web-1/main'), item(2, null), item(3, 'web-1/main'), item(4, 'web-2/main')];
  const [first, several] = items;
  if (first === undefined || several === undefined) throw new Error('unreachable');
  expect(batchOf(first, items, 1).items.map(({ notification }) => notification.id)).toEqual([1, 3, 4]);
  expect(batchOf(several, items, 1)).toMatchObject({ why: 'alone', items: [several] });
  expect(batchOf(first, items, 1, true)).toMatchObject({ why: 'alone', items: [first] });
});
