/** Delivers what is in the outbox until it has arrived: one try at a time on each channel. */
import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import { redact } from '../base/redact.ts';
import { errorText } from '../base/errors.ts';
import type { Channel } from '../channels/channel.ts';
import type { Message } from '../chat/message.ts';
import type { Deliveries, Outcome } from './deliveries.ts';
import { pauseMs, type DeliveryPolicy } from './delivery-policy.ts';
import type { Entry, Rung } from './entry.ts';
import { earliest, plan, type Plan } from './plan.ts';
import { sendWithin, type TryResult } from './send.ts';
import { together, type Item } from './together.ts';

export interface Worker {
  /** Takes up what an earlier run left behind. */
  start(): void;
  /** Something new is in the outbox. */
  wake(): void;
  /** The platform takes messages for this person again: what it refused is tried there once more. */
  retry(channel: string, user: string): void;
  /** Whether it can still take up a letter on every channel: a try that never ends would hold up its channel for ever. */
  turns(): boolean;
  /** Begins no more tries and waits a moment for those under way; what they leave open goes on at the next start. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly deliveries: Deliveries;
  readonly channels: readonly Channel[];
  readonly policy: DeliveryPolicy;
  /** The message as it goes out on this rung: with what its buttons stand for, and what to mend on a channel that refused it. */
  readonly dress: (entry: Entry, rung: Rung) => Message;
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
}

/** How long `stop` waits for tries under way. */
const STOP_MS = 3_000;
/** How much longer than its limit a try may last on a machine that is busy. */
const STUCK_TRY_MS = 60_000;
/** Three or four are normal: choose, send; finish, add, choose. A fault in the plans must not spin. */
const MAX_ROUNDS = 50;
/** After an error of the database itself (a full disk). */
const RECOVER_MS = 10_000;

export const createWorker = ({ deliveries, channels, policy, dress, digest, onSettled, clock, letterClock = clock, logger, random = Math.random, onTried, monotonicMs = () => performance.now() }: WorkerOptions): Worker => {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const underWay = new Map<string, { readonly attempt: Promise<void>; readonly since: number }>();
  let state: 'new' | 'running' | 'stopped' = 'new';
  let cancelTimer = (): void => undefined;
  let cancelHeld = (): void => undefined;

  const pump = (): void => {
    if (state !== 'running') return;
    cancelTimer();
    cancelHeld();
    try {
      const letterNow = letterClock.now();
      const { due, until, heldUntil } = settle(clock.now(), letterNow);
      const items = inOrder(due).flatMap(({ entry, channel }): Item[] => {
        const rung = entry.rungs.find((each) => each.channel === channel);
        return rung ? [{ entry, rung }] : [];
      });
      for (const item of items) {
        if (underWay.has(item.rung.channel)) continue;
        const batch = together(item, items, letterNow);
        begin(batch, batch[0] ?? item);
      }
      if (until !== null) cancelTimer = clock.timer(until - clock.now(), pump);
      if (heldUntil !== null) cancelHeld = letterClock.timer(heldUntil - letterNow, pump);
    } catch (error) {
      logger.error({ err: error }, 'the outbox cannot be read or written; trying again');
      cancelTimer = clock.timer(RECOVER_MS, pump);
    }
  };

  /** Stores what the plans change, until they change nothing more. */
  const settle = (now: number, letterNow: number): Omit<Plan, 'changes'> => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const threads = deliveries.threads();
      const plans = threads.map((thread) => plan(thread, policy, now, letterNow));
      const changes = plans.flatMap((each) => each.changes);
      if (changes.length === 0) {
        return {
          due: plans.flatMap(({ due }) => due),
          until: earliest(plans.map(({ until }) => until)),
          heldUntil: earliest(plans.map(({ heldUntil }) => heldUntil)),
        };
      }
      deliveries.apply(changes, now, policy.refusedPauseMs);
      const failed = changes.filter((change) => change.do === 'fail').map((change) => change.entry);
      for (const entry of threads.flat().filter(({ id }) => failed.includes(id))) {
        logger.error({ ...event('notice.stuck'), entry: entry.id, incident: incidentOf(entry), kind: entry.kind, person: entry.person, title: entry.message.title }, 'no channel takes this alert; it stays in the outbox and is tried again');
      }
    }
    throw new Error(`the plans for the outbox do not come to an end after ${MAX_ROUNDS} rounds`);
  };

  const begin = (items: readonly Item[], first: Item): void => {
    const { rung } = first;
    const batch = items.length === 1 ? null : digestKey(items);
    for (const { entry } of items) deliveries.begin(entry.id, rung.channel, batch);
    const attempt = run(items, first)
      .catch((error: unknown) => logger.error({ err: error }, 'the result of a delivery could not be stored'))
      .finally(() => {
        underWay.delete(rung.channel);
        pump();
      });
    underWay.set(rung.channel, { attempt, since: monotonicMs() });
  };

  /** An alert without its buttons is better than none. */
  const dressed = (entry: Entry, rung: Rung): Message => {
    try {
      return dress(entry, rung);
    } catch (error) {
      logger.error({ err: error, entry: entry.id }, 'the buttons of a message could not be made; it goes without');
      return entry.message;
    }
  };

  const run = async (items: readonly Item[], { entry, rung: own }: Item): Promise<void> => {
    const channel = byName.get(own.channel);
    const one = items.length === 1;
    // The same set has the same key, so that a platform that has it already drops the repeat.
    const rung: Rung = one ? own : { ...own, key: digestKey(items) };
    const storeAll = (result: TryResult): void => {
      // The same pause for all: what went together goes together again.
      const jitter = random();
      // A digest is no message of one incident, which could follow it.
      for (const item of items) store(item.entry, item.rung, one || result.outcome !== 'ok' ? result : { ...result, messageId: '' }, jitter);
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
    const message = one ? dressed(entry, rung) : digest(items);
    storeAll(channel ? await sendWithin(channel, entry, rung, { message, clock, limitMs: policy.sendLimitMs, late }) : NOT_SET_UP);
  };

  const store = (entry: Entry, rung: Rung, result: TryResult, jitter: number): void => {
    // After `stop` the database may be closed; the next start finds the try cut short and repeats it.
    if (state === 'stopped' && !underWay.has(rung.channel)) return;
    const now = clock.now();
    const outcome = outcomeOf(result, rung, now, jitter);
    const counted = deliveries.end(entry.id, rung.channel, outcome);
    const fields = { channel: rung.channel, entry: entry.id, incident: incidentOf(entry), kind: entry.kind, tries: rung.tries + 1 };
    if (!counted) return;
    onTried?.(rung.channel, outcome.is);
    if (outcome.is === 'delivered') logger.info({ ...event('notice.delivered'), ...fields }, 'delivered');
    else logger.warn({ ...event(outcome.is === 'refused' ? 'notice.refused' : 'notice.delayed'), ...fields, outcome: outcome.is, reason: outcome.reason }, 'not delivered');
    if (outcome.is === 'delivered' || outcome.is === 'refused') onSettled?.(entry.thread);
  };

  const outcomeOf = (result: TryResult, { tries }: Rung, now: number, jitter: number): Outcome => {
    if (result.outcome === 'ok') return { is: 'delivered', at: now, messageId: result.messageId, ...(result.quoteIds ? { quoteIds: result.quoteIds } : {}) };
    const reason = redact(result.reason);
    if (result.outcome === 'refused') return { is: 'refused', reason, ...(result.fix ? { fix: result.fix } : {}) };
    // What a platform asks for may be no number, or have a fraction, which the database refuses.
    const asked = result.outcome === 'retry' && result.afterMs > 0 ? Math.ceil(Math.min(result.afterMs, policy.refusedPauseMs)) : 0;
    return { is: result.outcome === 'lost' ? 'lost' : 'put_off', reason, nextAt: now + Math.max(asked, pauseMs(policy, tries + 1, jitter)) };
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
    turns: () => [...underWay.values()].every(({ since }) => monotonicMs() - since <= policy.sendLimitMs + STUCK_TRY_MS),
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

/** null: it tells of none. */
const incidentOf = ({ thread }: Entry): number | null => (thread > 0 ? thread : null);

const digestKey = (items: readonly Item[]): string => createHash('sha256').update(items.map(({ rung }) => rung.key).join(' ')).digest('hex').slice(0, 40);

const NOT_SET_UP: TryResult = { outcome: 'refused', reason: 'this channel is not set up any more' };

/** What was tried least goes first, so that one message that never gets through does not hold up the others. */
const inOrder = (due: Plan['due']): Plan['due'] =>
  due.toSorted((a, b) => triesOf(a) - triesOf(b) || a.entry.id - b.entry.id);

const triesOf = ({ entry, channel }: Plan['due'][number]): number => entry.rungs.find((rung) => rung.channel === channel)?.tries ?? 0;
