/** Platforms that do what a test says, and Lifelines that deliver to them and die. */
import { onTestFinished } from 'vitest';
import { scaledClock, type Clock } from '../../../src/base/clock.ts';
import { silentLogger, type Logger } from '../../../src/base/logger.ts';
import type { Channel, SendResult } from '../../../src/channels/channel.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { createDeliveryRecord } from '../../../src/notify/outbox/delivery-record.ts';
import { DEFAULT_DELIVERY_POLICY } from './delivery-policy.ts';
import type { DeliveryPolicy } from '../../../src/notify/outbox/channel-order.ts';
import type { Notification, Delivery } from '../../../src/notify/outbox/notification.ts';
import { createOutbox } from '../../../src/notify/outbox/queue.ts';
import { createDeliveryWorker } from '../../../src/notify/outbox/delivery-worker.ts';
import { openDatabase } from '../../../src/store/database.ts';

/**
 * `slow`: takes it and answers after 70 s; `swallow`: takes it and never answers; `crash`: takes it, and Lifeline dies
 * before the answer; `throw`: breaks its contract.
 */
export type Behaviour = 'ok' | 'slow' | 'retry' | 'refuse' | 'hang' | 'swallow' | 'crash' | 'throw';

export interface Arrived {
  readonly channel: string;
  readonly user: string;
  readonly title: string;
  readonly key: string;
}

export interface Platform {
  readonly name: string;
  /** What it does with the next message. */
  behave: (title: string, user: string) => Behaviour;
  /** How long it asks to wait. */
  afterMs: number;
  tries: number;
  mostAtOnce: number;
}

export const createPlatform = (name: string, behave: Platform['behave'] = () => 'ok'): Platform => ({
  name,
  behave,
  afterMs: 0,
  tries: 0,
  mostAtOnce: 0,
});

export interface LifelineOptions {
  readonly path: string;
  readonly platforms: readonly Platform[];
  readonly arrived: Arrived[];
  readonly policy?: Partial<DeliveryPolicy>;
  readonly logger?: Logger;
  /** The clock by which notifications are held; that of the delivery unless told. */
  readonly noticeClock?: Clock;
  readonly render?: (notification: Notification, delivery: Delivery) => Message;
  /** From 0 up to 1, for the jitter. */
  readonly random?: () => number;
  /** Called when this Lifeline dies of a `crash`. */
  readonly onCrash?: () => void;
}

/** One run of Lifeline's delivery on a database; `kill` leaves it as a `kill -9` would. */
export const startLifeline = ({
  path,
  platforms,
  arrived,
  policy,
  logger = silentLogger(),
  noticeClock,
  render = ({ message }) => message,
  random = () => 1,
  onCrash,
}: LifelineOptions) => {
  const db = openDatabase(path);
  let alive = true;
  const machine = scaledClock(0, 1);
  const clock: Clock = { ...machine, timer: (ms, run) => machine.timer(ms, () => alive && run()) };

  const kill = (): void => {
    if (!alive) return;
    alive = false;
    db.close();
    onCrash?.();
  };

  const never = new Promise<SendResult>(() => undefined);

  const channelOf = (platform: Platform): Channel => {
    let atOnce = 0;
    const answer = async (behaviour: Behaviour): Promise<SendResult> => {
      switch (behaviour) {
        case 'ok':
          return { outcome: 'ok', messageId: 'om_1' };
        case 'slow':
          await machine.sleep(70_000);
          return { outcome: 'ok', messageId: 'om_1' };
        case 'retry':
          return { outcome: 'retry', reason: 'busy', afterMs: platform.afterMs };
        case 'refuse':
          return { outcome: 'refused', reason: 'no such user' };
        case 'throw':
          throw new Error('a fault in the channel');
        case 'hang':
        case 'swallow':
          return never;
        case 'crash':
          kill();
          return never;
      }
    };
    return {
      name: platform.name,
      start: async () => undefined,
      stop: async () => undefined,
      status: () => ({ link: 'connected', since: 0, lastInboundAt: null, problem: null }),
      send: async ({ user }, { title }, { key }) => {
        atOnce += 1;
        platform.mostAtOnce = Math.max(platform.mostAtOnce, atOnce);
        platform.tries += 1;
        const behaviour = platform.behave(title, user);
        if (['ok', 'slow', 'swallow', 'crash'].includes(behaviour)) {
          // A digest has them all.
          for (const each of title.split('\n')) arrived.push({ channel: platform.name, user, title: each, key });
        }
        try {
          return await answer(behaviour);
        } finally {
          atOnce -= 1;
        }
      },
    };
  };

  const outbox = createOutbox(db);
  const worker = createDeliveryWorker({
    record: createDeliveryRecord(db),
    channels: platforms.map(channelOf),
    deliveryPolicy: { ...DEFAULT_DELIVERY_POLICY, ...policy },
    render: (items) => {
      const [first, ...others] = items;
      if (first !== undefined && others.length === 0)
        return { message: render(first.notification, first.delivery), why: 'as_written' };
      const title = items.map(({ notification }) => notification.message.title).join('\n');
      return { message: { tone: 'critical', title }, why: 'batch' };
    },
    clock,
    ...(noticeClock
      ? { noticeClock: { ...noticeClock, timer: (ms, run) => noticeClock.timer(ms, () => alive && run()) } }
      : {}),
    logger,
    random,
  });
  worker.start();
  onTestFinished(async () => {
    if (!alive) return;
    await worker.stop();
    alive = false;
    db.close();
  });
  return { db, outbox, worker, kill, isAlive: () => alive };
};
