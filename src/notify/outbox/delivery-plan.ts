/**
 * What to do now about everything that one person gets of one incident: pure. Each channel shows it in its order;
 * an alert that every channel refused is overtaken once a later one has arrived.
 */
import type { DeliveryPolicy } from '../delivery-policy.ts';
import { isDelivered, isEnding, isLive, type Notification } from './notification.ts';
import { followUp, type FollowUp } from '../follow-up.ts';
import { nextDelivery, isDue } from './escalation.ts';

export type Change =
  | { readonly do: 'choose' | 'drop'; readonly notification: number; readonly channel: string }
  | { readonly do: 'add'; readonly notification: number; readonly channel: string; readonly user: string }
  /** It is done with, or failed for now, or is tried anew after it had failed. */
  | { readonly do: 'finish' | 'fail' | 'revive'; readonly notification: number };

export interface Plan {
  /** To be stored first, and then planned again; while there are any, nothing is due. */
  readonly changes: readonly Change[];
  readonly due: readonly { readonly notification: Notification; readonly channel: string }[];
  /** When to look again, by the worker's clock. */
  readonly until: number | null;
  /** The same for letters that are held, by the clock by which they were written. */
  readonly heldUntil: number | null;
}

/**
 * @param thread all entries of one thread and person, oldest first, those that are done included.
 * @param letterNow the time by the clock by which letters are written.
 */
export const plan = (thread: readonly Notification[], policy: DeliveryPolicy, now: number, letterNow: number): Plan => {
  const plans = thread
    .filter(({ state }) => state !== 'done')
    .map((notification) => planEntry(notification, thread, policy, now, letterNow));
  const changed = plans.flatMap(({ changes }) => changes);
  if (changed.length > 0) return changes(...changed);
  return {
    changes: [],
    due: plans.flatMap(({ due }) => due),
    until: earliest(plans.map(({ until }) => until)),
    heldUntil: earliest(plans.map(({ heldUntil }) => heldUntil)),
  };
};

export const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((at) => at !== null);
  return known.length ? Math.min(...known) : null;
};

/** A day of 25 hours is the longest that quiet hours can be; to wait for others takes seconds. */
const LONGEST_HOLD_MS = { quiet: 25 * 3_600_000, gathering: 60_000, network: 60_000 } as const;

const planEntry = (
  notification: Notification,
  thread: readonly Notification[],
  policy: DeliveryPolicy,
  now: number,
  letterNow: number,
): Plan => {
  const { id, notBefore, held } = notification;
  if (notBefore !== null && held !== null && !isDue(notBefore, LONGEST_HOLD_MS[held], letterNow))
    return { ...IDLE, heldUntil: notBefore };
  const earlier = thread.filter((other) => other.id < id);
  if (notification.state === 'failed') {
    if (isOvertaken(notification, thread)) return changes({ do: 'finish', notification: id });
    const retryAt = notification.retryAt ?? now;
    return isDue(retryAt, policy.refusedPauseMs, now)
      ? changes({ do: 'revive', notification: id })
      : { ...IDLE, until: retryAt };
  }

  const follows = isEnding(notification.kind) ? followUp(earlier) : null;
  const news = follows === null ? [] : followUpChanges(notification, follows);
  if (news.length > 0) return changes(...news);

  const next = nextDelivery(
    notification.deliveries,
    { ...policy, copies: copiesOf(notification, follows, policy) },
    now,
  );
  if (next.is !== 'climbing') {
    if (follows?.waiting) return IDLE;
    // A recovery of what nobody was told of has nobody to go to.
    const over = next.is === 'arrived' || notification.deliveries.length === 0 || isOvertaken(notification, thread);
    return changes({ do: over ? 'finish' : 'fail', notification: id });
  }
  if (next.choose.length > 0)
    return changes(...next.choose.map((channel): Change => ({ do: 'choose', notification: id, channel })));
  return {
    ...IDLE,
    due: next.due.filter((channel) => !isBehind(channel, earlier)).map((channel) => ({ notification, channel })),
    until: next.until,
  };
};

/**
 * A recovery goes wherever an alert went; one that nobody waits for, and all that is not critical, where it is taken
 * first.
 */
const copiesOf = ({ kind, message }: Notification, follows: FollowUp | null, { copies }: DeliveryPolicy): number => {
  if (follows !== null) return follows.ways.length > 0 ? Infinity : 1;
  return kind !== 'result' && message.tone === 'critical' ? copies : 1;
};

const IDLE: Plan = { changes: [], due: [], until: null, heldUntil: null };

const changes = (...list: readonly Change[]): Plan => ({ ...IDLE, changes: list });

const followUpChanges = (notification: Notification, { ways, drop, finish }: FollowUp): Change[] => [
  ...finish.map((of): Change => ({ do: 'finish', notification: of })),
  ...drop.map(({ notification: of, channel }): Change => ({ do: 'drop', notification: of, channel })),
  ...ways
    .filter(({ channel }) => !notification.deliveries.some((delivery) => delivery.channel === channel))
    .map(({ channel, user }): Change => ({ do: 'add', notification: notification.id, channel, user })),
];

/** On this channel an earlier message to the same person is still on its way. */
const isBehind = (channel: string, earlier: readonly Notification[]): boolean =>
  earlier.some(
    ({ state, deliveries }) =>
      state === 'open' && deliveries.some((delivery) => delivery.channel === channel && isLive(delivery)),
  );

/** A later message of the incident has arrived; this one would only confuse. */
const isOvertaken = (notification: Notification, thread: readonly Notification[]): boolean =>
  !isEnding(notification.kind) &&
  thread.some((other) => other.id > notification.id && other.deliveries.some(isDelivered));
