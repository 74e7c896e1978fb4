/** What a host could not tell for hours reaches its hub at once: the phone gets few messages, and each alert has its line. */
import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { createNoticeIntake } from '../../src/fleet/hub/notice-intake.ts';
import { render } from '../../src/notify/messages/render.ts';
import { createDeliveryRecord } from '../../src/notify/outbox/delivery-record.ts';
import { createDeliveryWorker } from '../../src/notify/outbox/delivery-worker.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { DEFAULT_DELIVERY_POLICY } from '../notify/outbox/delivery-policy.ts';
import { until } from './until.ts';

const START = Date.UTC(2026, 0, 1);

/** A hub without a network: its intake, its outbox, and a phone. */
const hub = () => {
  const db = openDatabase(':memory:');
  const clock = scaledClock(START, 200);
  const phone: Message[] = [];
  const channel: Channel = {
    name: 'feishu',
    start: async () => undefined,
    stop: async () => undefined,
    send: async (_to, message) => ({ outcome: 'ok', messageId: String(phone.push(message)) }),
    status: () => ({ link: 'connected', since: START, lastInboundAt: null, problem: null }),
  };
  const outbox = createOutbox(db);
  const worker = createDeliveryWorker({
    record: createDeliveryRecord(db),
    channels: [channel],
    deliveryPolicy: DEFAULT_DELIVERY_POLICY,
    render: (items, now) =>
      render(items, { attachButtonTokens: (message) => message, isInMemory: false, locale: 'en' }, now),
    clock,
    logger: silentLogger(),
  });
  worker.start();
  onTestFinished(() => worker.stop());
  const intake = createNoticeIntake(
    {
      db,
      outbox,
      people: () => [{ person: 'me', ways: [{ channel: 'feishu', user: 'me' }] }],
      // All come at one moment, however busy this machine is.
      now: () => START,
      locale: 'en',
      logger: silentLogger(),
      onQueued: () => worker.wake(),
      monotonicMs: () => 0,
    },
    { isOperator: () => true, gatewaysOf: () => ['main'], onResult: () => undefined },
  );
  return { intake, outbox, phone };
};

test.each([
  ['one gateway', 1, 5],
  ['gateways that failed several times each', 4, 5],
])('60 alerts of %s', async (_what, gateways, most) => {
  const { intake, outbox, phone } = hub();
  const alerts = Array.from({ length: 60 }, (_, index) => ({ id: index + 1, gateway: `g${index % gateways}` }));
  for (const { id, gateway } of alerts)
    intake.take('web-1', {
      v: 1,
      id: `a${id}`,
      at: START,
      message: { tone: 'critical', title: `${gateway} is dead (#${id})` },
      about: { topic: 'incident', subject: id, kind: 'opened', gateway },
      answerTo: null,
      command: null,
    });
  await until('the phone to have them', () => outbox.undelivered() === 0);
  expect(phone.length).toBeLessThanOrEqual(most);
  const words = phone.flatMap(({ title, lines = [] }) => [title, ...lines]).join('\n');
  const named = alerts.filter(({ id }) => words.includes(`(#${id})`)).length;
  // In a storm of several gateways the rest is counted, and /history has it.
  const counted = [...words.matchAll(/(\d+) more of these gateways: \/history/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
  expect(named + counted).toBe(60);
  if (gateways === 1) expect(named).toBe(60);
});
