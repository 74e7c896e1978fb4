/**
 * Delivers what is in the outbox until it has arrived: plan, batch, render, send and record, one try at a time on each
 * channel, or on one that takes each message by itself (`Channel.takesEach`) one try of each.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { event } from '../../base/events.ts';
import type { Logger } from '../../base/logger.ts';
import { NO_REPORT, reported, type Place, type StageReport } from '../../base/stage-report.ts';
import type { Channel } from '../../channels/channel.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Rendered } from '../messages/render.ts';
import { pipeline, trace } from '../pipeline.ts';
import { isOpenCritical, type Batch, type BatchItem } from './batch.ts';
import { earliest, type DeliveryPlan } from './delivery-plan.ts';
import type { DeliveryPolicy } from './channel-order.ts';
import { incidentOf, type Delivery, type Notification } from './notification.ts';
import type { DeliveryRecord } from './delivery-record.ts';
import type { DeliveryOutcome, TryResult } from './send.ts';

export interface DeliveryWorker {
  /** Takes up what an earlier run left behind. */
  start(): void;
  /** Something new is in the outbox. */
  wake(): void;
  /** The platform takes messages for this person again: what it refused is tried there once more. */
  retry(channel: string, user: string): void;
  /** The channel works again: what waits for another try on it goes at once. */
  channelBack(channel: string): void;
  /** Whether a try does not end, which would hold up its channel for ever. */
  isStuck(): boolean;
  /** Begins no more tries and waits a moment for those under way; what they leave open goes on at the next start. */
  stop(): Promise<void>;
}

export interface DeliveryWorkerOptions {
  readonly record: DeliveryRecord;
  readonly channels: readonly Channel[];
  readonly deliveryPolicy: DeliveryPolicy;
  /** The message that goes out for one notification or several. */
  readonly render: (items: readonly BatchItem[], now: number) => Rendered;
  /** Hears of each incident of which a message has arrived on a channel, or was refused there, after that was stored. */
  readonly onSettled?: (incident: number) => void;
  /** The machine's own: platforms do not hurry when the sandbox does. */
  readonly clock: Clock;
  /** The clock by which notifications are written and held; the same unless told. */
  readonly noticeClock?: Clock;
  readonly logger: Logger;
  /** From 0 up to 1, for the jitter. */
  readonly random?: () => number;
  /** Hears of the end of each try, for counting. */
  readonly onTried?: (channel: string, outcome: DeliveryOutcome['is']) => void;
  readonly monotonicMs?: () => number;
  /** Hears of what fails. */
  readonly report?: StageReport;
}

/** How long `stop` waits for tries under way. */
const STOP_MS = 3_000;
/** How much longer than its limit a try may last on a machine that is busy. */
const STUCK_TRY_MS = 60_000;
/** On a channel that takes each message by itself: the others wait, so that a long queue is not sent at once. */
const MOST_AT_ONCE = 32;
/** Three or four are normal: choose, send; finish, add, choose. A fault in the plans must not spin. */
const MAX_ROUNDS = 50;
/** After an error of the database itself (a full disk). */
const RECOVER_MS = 10_000;

export const createDeliveryWorker = ({
  record,
  channels,
  deliveryPolicy,
  render,
  onSettled,
  clock,
  noticeClock = clock,
  logger,
  random = Math.random,
  onTried,
  monotonicMs = () => performance.now(),
  report = NO_REPORT,
}: DeliveryWorkerOptions): DeliveryWorker => {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  /** By lane. */
  const underWay = new Map<
    string,
    { readonly channel: string; readonly attempt: Promise<void>; readonly since: number }
  >();
  /** Channels on which the last try failed. */
  const failing = new Set<string>();
  let state: 'new' | 'running' | 'stopped' = 'new';
  let cancelTimer = (): void => undefined;
  let cancelHeld = (): void => undefined;

  const takesEach = (channel: string): boolean => byName.get(channel)?.takesEach === true;

  /** Of what has the same lane one try is under way at a time. */
  const laneOf = ({ notification, delivery: { channel } }: BatchItem): string =>
    takesEach(channel) ? `${channel} ${notification.id}` : channel;

  const isFree = (item: BatchItem): boolean => {
    if (underWay.has(laneOf(item))) return false;
    const { channel } = item.delivery;
    return (
      !takesEach(channel) || [...underWay.values()].filter((each) => each.channel === channel).length < MOST_AT_ONCE
    );
  };

  /** Tries whose end could not be stored: nothing else would take them up again before the next start. */
  let unsettled: readonly BatchItem[] = [];

  const settleLost = (): void => {
    const left = unsettled;
    unsettled = [];
    for (const item of left) {
      try {
        record.end(item.notification.id, item.delivery.channel, {
          is: 'lost',
          reason: 'what became of it could not be stored',
          nextAt: clock.now(),
        });
      } catch (error) {
        report.failed(DELIVERY, error);
        unsettled = [...unsettled, item];
      }
    }
  };

  const pump = (): void => {
    if (state !== 'running') return;
    cancelTimer();
    cancelHeld();
    try {
      settleLost();
      const noticeNow = noticeClock.now();
      const { due, until, heldUntil, isComplete } = settlePlans(clock.now(), noticeNow);
      const items = inOrder(due).flatMap(({ notification, channel, isOver }): BatchItem[] => {
        const delivery = notification.deliveries.find((each) => each.channel === channel);
        return delivery ? [{ notification, delivery, isOver }] : [];
      });
      for (const item of items) {
        if (isFree(item))
          begin(
            batchWith(
              item,
              items.filter((each) => !underWay.has(laneOf(each))),
              noticeNow,
            ),
            item,
          );
      }
      if (isComplete) report.worked(OUTBOX);
      if (until !== null) cancelTimer = clock.timer(until - clock.now(), pump);
      if (heldUntil !== null) cancelHeld = noticeClock.timer(heldUntil - noticeNow, pump);
    } catch (error) {
      logger.error({ err: error }, 'the outbox cannot be read or written; trying again');
      report.failed(OUTBOX, error);
      cancelTimer = clock.timer(RECOVER_MS, pump);
    }
  };

  /** Stores what the plans change, until they change nothing more. */
  const settlePlans = (
    now: number,
    noticeNow: number,
  ): Pick<DeliveryPlan, 'due' | 'until' | 'heldUntil'> & {
    /** Whether every thread could be planned. */
    readonly isComplete: boolean;
  } => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const threads = record.threads();
      const plans = threads.flatMap((thread) => planOf(thread, now, noticeNow));
      const changes = plans.flatMap((each) => each.changes);
      for (const { notification, why } of plans.flatMap(({ reasons }) => reasons))
        trace(logger, 'plan', why, { notification });
      if (changes.length === 0) {
        return {
          due: plans.flatMap(({ due }) => due),
          until: earliest(plans.map(({ until }) => until)),
          heldUntil: earliest(plans.map(({ heldUntil }) => heldUntil)),
          isComplete: plans.length === threads.length,
        };
      }
      record.apply(changes, now, deliveryPolicy.refusedPauseMs);
      const failed = changes.filter((change) => change.do === 'fail').map((change) => change.notification);
      for (const notification of threads.flat().filter(({ id }) => failed.includes(id))) {
        logger.error(
          {
            ...event('notice.stuck'),
            notification: notification.id,
            incident: incidentOf(notification),
            kind: notification.kind,
            person: notification.person,
            title: notification.message.title,
          },
          'no channel takes this alert; it stays in the outbox and is tried again',
        );
      }
    }
    throw new Error(`the plans for the outbox do not come to an end after ${MAX_ROUNDS} rounds`);
  };

  /** One thread that cannot be planned must not hold up the others. */
  const planOf = (thread: readonly Notification[], now: number, noticeNow: number): readonly DeliveryPlan[] => {
    try {
      return [pipeline.plan(thread, deliveryPolicy, now, noticeNow)];
    } catch (error) {
      const { topic, subject } = thread[0] ?? {};
      logger.error(
        { err: error, topic, subject },
        'the deliveries about one subject cannot be planned; the others go on',
      );
      report.failed(OUTBOX, error);
      return [];
    }
  };

  const batchWith = (item: BatchItem, items: readonly BatchItem[], noticeNow: number): Batch => {
    try {
      return reported(report, BATCH, () => pipeline.batch(item, items, noticeNow, takesEach(item.delivery.channel)));
    } catch (error) {
      logger.error({ err: error }, 'it cannot be told which messages go out as one; this one goes alone');
      return { items: [item], why: 'alone' };
    }
  };

  const begin = ({ items, why }: Batch, item: BatchItem): void => {
    const first = items[0] ?? item;
    const { channel } = first.delivery;
    const batch = items.length === 1 ? null : batchKey(items);
    const lanes = items.map(laneOf);
    for (const { notification } of items) trace(logger, 'batch', why, { notification: notification.id, channel });
    try {
      for (const { notification } of items) record.begin(notification.id, channel, batch);
    } catch (error) {
      unsettled = [...unsettled, ...items];
      throw error;
    }
    const attempt = run(items, first)
      .then(
        () => report.worked(DELIVERY),
        (error: unknown) => {
          logger.error({ err: error }, 'the result of a delivery could not be stored');
          report.failed(DELIVERY, error);
          unsettled = [...unsettled, ...items];
        },
      )
      .finally(() => {
        for (const lane of lanes) underWay.delete(lane);
        if (unsettled.length === 0) pump();
        else cancelTimer = clock.timer(RECOVER_MS, pump);
      });
    for (const lane of lanes) underWay.set(lane, { channel, attempt, since: monotonicMs() });
  };

  /** An alert without its buttons is better than none, and so are several by their titles. */
  const messageFor = (items: readonly BatchItem[], first: BatchItem): Message => {
    const one = items.length === 1;
    try {
      const { message, why } = reported(report, one ? BUTTONS : BATCH_MESSAGE, () => render(items, noticeClock.now()));
      for (const { notification } of items) trace(logger, 'render', why, { notification: notification.id });
      return message;
    } catch (error) {
      if (one) {
        const { id, message } = first.notification;
        logger.error({ err: error, notification: id }, 'the buttons of a message could not be made; it goes without');
        return message;
      }
      logger.error({ err: error }, 'several messages could not be made into one; their titles go out');
      const others = items.filter((item) => item !== first).map(({ notification }) => notification.message.title);
      const { tone, title } = first.notification.message;
      return { tone, title, lines: others };
    }
  };

  const run = async (items: readonly BatchItem[], first: BatchItem): Promise<void> => {
    const { notification, delivery: own } = first;
    const channel = byName.get(own.channel);
    const one = items.length === 1;
    // The same set has the same key, so that a platform that has it already drops the repeat.
    const delivery: Delivery = one ? own : { ...own, key: batchKey(items) };
    const storeAll = (result: TryResult): void => {
      // The same pause for all: what went out as one goes out as one again.
      const jitter = random();
      // A batch is no message of one incident, which could follow it.
      for (const item of items)
        store(item, one || result.outcome !== 'ok' ? result : { ...result, messageId: '' }, jitter);
    };
    const late = (result: TryResult): void => {
      // Only its arrival matters: any other answer leads to the next try, which is planned already.
      if (result.outcome !== 'ok') return;
      try {
        storeAll(result);
        pump();
      } catch (error) {
        logger.error({ err: error }, 'a late delivery could not be stored');
      }
    };
    const message = messageFor(items, first);
    const result = channel
      ? await pipeline.send(channel, notification, delivery, {
          message,
          isBatch: !one,
          clock,
          limitMs: deliveryPolicy.sendLimitMs,
          late,
        })
      : NOT_SET_UP;
    const place: Place = { stage: 'channel', gateway: null, part: own.channel };
    if (result.outcome === 'lost' && result.threw) report.failed(place, new Error(result.reason));
    else report.worked(place);
    storeAll(result);
  };

  const store = (item: BatchItem, result: TryResult, jitter: number): void => {
    const { notification, delivery } = item;
    // After `stop` the database may be closed; the next start finds the try cut short and repeats it.
    if (state === 'stopped' && !underWay.has(laneOf(item))) return;
    const outcome = pipeline.record(result, delivery.tries, deliveryPolicy, clock.now(), jitter);
    if (!record.end(notification.id, delivery.channel, outcome)) return;
    const incident = incidentOf(notification);
    const fields = {
      channel: delivery.channel,
      notification: notification.id,
      incident,
      kind: notification.kind,
      tries: delivery.tries + 1,
    };
    onTried?.(delivery.channel, outcome.is);
    if (isFailure(result)) failing.add(delivery.channel);
    // It takes messages again: all that waits for another try on it goes now.
    if (outcome.is === 'delivered' && failing.delete(delivery.channel))
      record.channelBack(delivery.channel, clock.now());
    if (outcome.is === 'delivered') logger.info({ ...event('notice.delivered'), ...fields }, 'delivered');
    else
      logger.warn(
        {
          ...event(outcome.is === 'refused' ? 'notice.refused' : 'notice.delayed'),
          ...fields,
          outcome: outcome.is,
          reason: outcome.reason,
        },
        'not delivered',
      );
    if (incident !== null && (outcome.is === 'delivered' || outcome.is === 'refused')) onSettled?.(incident);
  };

  return {
    start: () => {
      state = 'running';
      try {
        record.resume(clock.now());
      } catch (error) {
        logger.error({ reason: errorText(error) }, 'the outbox could not be taken up again');
      }
      pump();
    },
    retry: (channel, user) => {
      if (state !== 'running') return;
      record.retry(channel, user, clock.now());
      pump();
    },
    channelBack: (channel) => {
      if (state !== 'running') return;
      try {
        record.channelBack(channel, clock.now());
      } catch (error) {
        report.failed(OUTBOX, error);
      }
      pump();
    },
    wake: pump,
    isStuck: () =>
      [...underWay.values()].some(({ since }) => monotonicMs() - since > deliveryPolicy.sendLimitMs + STUCK_TRY_MS),
    stop: async () => {
      state = 'stopped';
      cancelTimer();
      cancelHeld();
      const patience = new AbortController();
      await Promise.race([
        Promise.allSettled([...underWay.values()].map(({ attempt }) => attempt)),
        clock.sleep(STOP_MS, patience.signal).catch(() => undefined),
      ]);
      patience.abort();
      underWay.clear();
    },
  };
};

const OUTBOX: Place = { stage: 'outbox', gateway: null };
const DELIVERY: Place = { stage: 'delivery', gateway: null };
const BUTTONS: Place = { stage: 'notice', gateway: null, part: 'buttons' };
const BATCH_MESSAGE: Place = { stage: 'notice', gateway: null, part: 'batch message' };
const BATCH: Place = { stage: 'notice', gateway: null, part: 'batch' };

const batchKey = (items: readonly BatchItem[]): string =>
  createHash('sha256')
    .update(items.map(({ delivery }) => delivery.key).join(' '))
    .digest('hex')
    .slice(0, 40);

const NOT_SET_UP: TryResult = { outcome: 'refused', reason: 'this channel is not set up any more' };

/** What was tried least goes first, so that one message that never gets through does not hold up the others. */
const inOrder = (due: DeliveryPlan['due']): DeliveryPlan['due'] =>
  due.toSorted(
    (a, b) =>
      Number(isOpenCritical(b)) - Number(isOpenCritical(a)) ||
      triesOf(a) - triesOf(b) ||
      a.notification.id - b.notification.id,
  );

/** The channel itself fails; a longer pause that a platform asks for is none. */
const isFailure = (result: TryResult): boolean =>
  result.outcome === 'lost' || (result.outcome === 'retry' && !(result.afterMs > SHORT_PAUSE_MS));
const SHORT_PAUSE_MS = 5_000;

const triesOf = ({ notification, channel }: DeliveryPlan['due'][number]): number =>
  notification.deliveries.find((delivery) => delivery.channel === channel)?.tries ?? 0;
