/** Delivers what is in the outbox until it has arrived: one try at a time on each channel. */
import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import { NO_REPORT, reported, type Place, type StageReport } from '../base/stage-report.ts';
import { redact } from '../base/redact.ts';
import { errorText } from '../base/errors.ts';
import type { Channel } from '../channels/channel.ts';
import type { Message } from '../chat/message/message.ts';
import type { Deliveries, Outcome } from './deliveries.ts';
import { pauseMs, type DeliveryPolicy } from './delivery-policy.ts';
import type { Notification, Delivery } from './notification.ts';
import { earliest, plan, type Plan } from './plan.ts';
import { sendWithin, type TryResult } from './send.ts';
import { batchOf, type Item } from './batch.ts';

export interface Worker {
  /** Takes up what an earlier run left behind. */
  start(): void;
  /** Something new is in the outbox. */
  wake(): void;
  /** The platform takes messages for this person again: what it refused is tried there once more. */
  retry(channel: string, user: string): void;
  /**
   * Whether it can still take up a letter on every channel: a try that never ends would hold up its channel for ever.
   */
  turns(): boolean;
  /** Begins no more tries and waits a moment for those under way; what they leave open goes on at the next start. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly deliveries: Deliveries;
  readonly channels: readonly Channel[];
  readonly policy: DeliveryPolicy;
  /**
   * The message as it goes out on this rung: with what its buttons stand for, and what to mend on a channel that
   * refused it.
   */
  readonly render: (notification: Notification, delivery: Delivery) => Message;
  /** Several entries that go together, as one message. */
  readonly digest: (items: readonly Item[]) => Message;
  /** Hears of each thread of which a message has arrived on a channel, or was refused there, after that was stored. */
  readonly onSettled?: (thread: number) => void;
  /** The machine's own: platforms do not hurry when the sandbox does. */
  readonly clock: Clock;
  /** The clock by which letters are written and held; the same unless told. */
  readonly letterClock?: Clock;
  readonly logger: Logger;
  /** From 0 up to 1, for the jitter. */
  readonly random?: () => number;
  /** Hears of the end of each try, for counting. */
  readonly onTried?: (channel: string, outcome: Outcome['is']) => void;
  readonly monotonicMs?: () => number;
  /** Hears of what fails. */
  readonly report?: StageReport;
}

/** How long `stop` waits for tries under way. */
const STOP_MS = 3_000;
/** How much longer than its limit a try may last on a machine that is busy. */
const STUCK_TRY_MS = 60_000;
/** Three or four are normal: choose, send; finish, add, choose. A fault in the plans must not spin. */
const MAX_ROUNDS = 50;
/** After an error of the database itself (a full disk). */
const RECOVER_MS = 10_000;

export const createWorker = ({
  deliveries,
  channels,
  policy,
  render,
  digest,
  onSettled,
  clock,
  letterClock = clock,
  logger,
  random = Math.random,
  onTried,
  monotonicMs = () => performance.now(),
  report = NO_REPORT,
}: WorkerOptions): Worker => {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const underWay = new Map<string, { readonly attempt: Promise<void>; readonly since: number }>();
  let state: 'new' | 'running' | 'stopped' = 'new';
  let cancelTimer = (): void => undefined;
  let cancelHeld = (): void => undefined;

  /** Tries whose end could not be stored: nothing else would take them up again before the next start. */
  let unsettled: readonly Item[] = [];

  const takeUp = (): void => {
    const left = unsettled;
    unsettled = [];
    for (const item of left) {
      try {
        deliveries.end(item.notification.id, item.delivery.channel, {
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
      takeUp();
      const letterNow = letterClock.now();
      const { due, until, heldUntil, planned } = settle(clock.now(), letterNow);
      const items = inOrder(due).flatMap(({ notification, channel }): Item[] => {
        const delivery = notification.deliveries.find((each) => each.channel === channel);
        return delivery ? [{ notification, delivery }] : [];
      });
      for (const item of items) {
        if (underWay.has(item.delivery.channel)) continue;
        const batch = reportedBatch(item, items, letterNow);
        begin(batch, batch[0] ?? item);
      }
      if (planned) report.worked(OUTBOX);
      if (until !== null) cancelTimer = clock.timer(until - clock.now(), pump);
      if (heldUntil !== null) cancelHeld = letterClock.timer(heldUntil - letterNow, pump);
    } catch (error) {
      logger.error({ err: error }, 'the outbox cannot be read or written; trying again');
      report.failed(OUTBOX, error);
      cancelTimer = clock.timer(RECOVER_MS, pump);
    }
  };

  /** Stores what the plans change, until they change nothing more. */
  const settle = (
    now: number,
    letterNow: number,
  ): Omit<Plan, 'changes'> & { /** Whether every thread could be planned. */ readonly planned: boolean } => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const threads = deliveries.threads();
      const plans = threads.flatMap((thread) => planOf(thread, now, letterNow));
      const changes = plans.flatMap((each) => each.changes);
      if (changes.length === 0) {
        return {
          due: plans.flatMap(({ due }) => due),
          until: earliest(plans.map(({ until }) => until)),
          heldUntil: earliest(plans.map(({ heldUntil }) => heldUntil)),
          planned: plans.length === threads.length,
        };
      }
      deliveries.apply(changes, now, policy.refusedPauseMs);
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
  const planOf = (thread: readonly Notification[], now: number, letterNow: number): readonly Plan[] => {
    try {
      return [plan(thread, policy, now, letterNow)];
    } catch (error) {
      logger.error(
        { err: error, thread: thread[0]?.thread },
        'it cannot be told what to do about the letters of a thread; the others go on',
      );
      report.failed(OUTBOX, error);
      return [];
    }
  };

  const reportedBatch = (item: Item, items: readonly Item[], letterNow: number): readonly Item[] => {
    try {
      return reported(report, TOGETHER, () => batchOf(item, items, letterNow));
    } catch (error) {
      logger.error({ err: error }, 'what goes together cannot be told; it goes alone');
      return [item];
    }
  };

  const begin = (items: readonly Item[], first: Item): void => {
    const { delivery } = first;
    const batch = items.length === 1 ? null : digestKey(items);
    try {
      for (const { notification } of items) deliveries.begin(notification.id, delivery.channel, batch);
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
        underWay.delete(delivery.channel);
        if (unsettled.length === 0) pump();
        else cancelTimer = clock.timer(RECOVER_MS, pump);
      });
    underWay.set(delivery.channel, { attempt, since: monotonicMs() });
  };

  /** An alert without its buttons is better than none. */
  const dressed = (notification: Notification, delivery: Delivery): Message => {
    try {
      return reported(report, BUTTONS, () => render(notification, delivery));
    } catch (error) {
      logger.error(
        { err: error, notification: notification.id },
        'the buttons of a message could not be made; it goes without',
      );
      return notification.message;
    }
  };

  /** Several as one, at least by their titles. */
  const joined = (items: readonly Item[]): Message => {
    try {
      return reported(report, DIGEST, () => digest(items));
    } catch (error) {
      logger.error({ err: error }, 'several messages could not be made into one; their titles go out');
      const [first, ...others] = items.map(({ notification }) => notification.message);
      return { tone: first?.tone ?? 'critical', title: first?.title ?? '', lines: others.map(({ title }) => title) };
    }
  };

  const run = async (items: readonly Item[], { notification, delivery: own }: Item): Promise<void> => {
    const channel = byName.get(own.channel);
    const one = items.length === 1;
    // The same set has the same key, so that a platform that has it already drops the repeat.
    const delivery: Delivery = one ? own : { ...own, key: digestKey(items) };
    const storeAll = (result: TryResult): void => {
      // The same pause for all: what went together goes together again.
      const jitter = random();
      // A digest is no message of one incident, which could follow it.
      for (const item of items)
        store(
          item.notification,
          item.delivery,
          one || result.outcome !== 'ok' ? result : { ...result, messageId: '' },
          jitter,
        );
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
    const message = one ? dressed(notification, delivery) : joined(items);
    const result = channel
      ? await sendWithin(channel, notification, delivery, { message, clock, limitMs: policy.sendLimitMs, late })
      : NOT_SET_UP;
    const place: Place = { stage: 'channel', gateway: null, part: own.channel };
    if (result.outcome === 'lost' && result.threw) report.failed(place, new Error(result.reason));
    else report.worked(place);
    storeAll(result);
  };

  const store = (notification: Notification, delivery: Delivery, result: TryResult, jitter: number): void => {
    // After `stop` the database may be closed; the next start finds the try cut short and repeats it.
    if (state === 'stopped' && !underWay.has(delivery.channel)) return;
    const now = clock.now();
    const outcome = outcomeOf(result, delivery, now, jitter);
    const counted = deliveries.end(notification.id, delivery.channel, outcome);
    const fields = {
      channel: delivery.channel,
      notification: notification.id,
      incident: incidentOf(notification),
      kind: notification.kind,
      tries: delivery.tries + 1,
    };
    if (!counted) return;
    onTried?.(delivery.channel, outcome.is);
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
    if (outcome.is === 'delivered' || outcome.is === 'refused') onSettled?.(notification.thread);
  };

  const outcomeOf = (result: TryResult, { tries }: Delivery, now: number, jitter: number): Outcome => {
    if (result.outcome === 'ok')
      return {
        is: 'delivered',
        at: now,
        messageId: result.messageId,
        ...(result.quoteIds ? { quoteIds: result.quoteIds } : {}),
      };
    const reason = redact(result.reason);
    if (result.outcome === 'refused') return { is: 'refused', reason, ...(result.fix ? { fix: result.fix } : {}) };
    // What a platform asks for may be no number, or have a fraction, which the database refuses.
    const asked =
      result.outcome === 'retry' && result.afterMs > 0 ? Math.ceil(Math.min(result.afterMs, policy.refusedPauseMs)) : 0;
    return {
      is: result.outcome === 'lost' ? 'lost' : 'put_off',
      reason,
      nextAt: now + Math.max(asked, pauseMs(policy, tries + 1, jitter)),
    };
  };

  return {
    start: () => {
      state = 'running';
      try {
        deliveries.resume(clock.now());
      } catch (error) {
        logger.error({ reason: errorText(error) }, 'the outbox could not be taken up again');
      }
      pump();
    },
    retry: (channel, user) => {
      if (state !== 'running') return;
      deliveries.retry(channel, user, clock.now());
      pump();
    },
    wake: pump,
    turns: () =>
      [...underWay.values()].every(({ since }) => monotonicMs() - since <= policy.sendLimitMs + STUCK_TRY_MS),
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
const DIGEST: Place = { stage: 'notice', gateway: null, part: 'digest' };
const TOGETHER: Place = { stage: 'notice', gateway: null, part: 'together' };

/** null: it tells of none. */
const incidentOf = ({ thread }: Notification): number | null => (thread > 0 ? thread : null);

const digestKey = (items: readonly Item[]): string =>
  createHash('sha256')
    .update(items.map(({ delivery }) => delivery.key).join(' '))
    .digest('hex')
    .slice(0, 40);

const NOT_SET_UP: TryResult = { outcome: 'refused', reason: 'this channel is not set up any more' };

/** What was tried least goes first, so that one message that never gets through does not hold up the others. */
const inOrder = (due: Plan['due']): Plan['due'] =>
  due.toSorted((a, b) => triesOf(a) - triesOf(b) || a.notification.id - b.notification.id);

const triesOf = ({ notification, channel }: Plan['due'][number]): number =>
  notification.deliveries.find((delivery) => delivery.channel === channel)?.tries ?? 0;
