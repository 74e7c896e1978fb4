/**
 * The stage "plan": what to do now about everything that one person gets about one subject. Pure. Each channel shows it
 * in its order; an alert that every channel refused is overtaken once a later one has arrived.
 */
import { isDue, nextDelivery, type DeliveryPolicy } from './channel-order.ts';
import { isDelivered, isEnding, isLive, mayHaveArrived, sinceLastEnding, type Notification } from './notification.ts';

export type Change =
  | { readonly do: 'choose' | 'drop'; readonly notification: number; readonly channel: string }
  | ({ readonly do: 'add'; readonly notification: number } & EndWay)
  /** It is done with, or failed for now, or is tried anew after it had failed. */
  | { readonly do: 'finish' | 'fail' | 'revive'; readonly notification: number };

export interface DeliveryPlan {
  /** To be stored first, and then planned again; while there are any, nothing is due. */
  readonly changes: readonly Change[];
  readonly due: readonly { readonly notification: Notification; readonly channel: string; readonly isOver: boolean }[];
  /** When to plan again, by the delivery's clock. */
  readonly until: number | null;
  /** The same for notifications that are held, by the clock by which they were written. */
  readonly heldUntil: number | null;
  /** Why, for each notification that is not done. */
  readonly reasons: readonly PlanReason[];
}

export interface PlanReason {
  readonly notification: number;
  readonly why:
    /** It is not sent yet. */
    | 'held'
    | 'behind_an_earlier_one'
    | 'waits_for_its_alert'
    | 'follows_its_alert'
    /** A channel is needed, or was chosen. */
    | 'takes_a_channel'
    | 'due'
    | 'between_tries'
    /** It is at its end, or rests. */
    | 'arrived'
    | 'overtaken'
    | 'nobody_to_tell'
    | 'refused_everywhere'
    | 'rests_after_refusal'
    | 'tried_anew';
}

/**
 * @param thread all notifications of one subject and person, oldest first, those that are done included.
 * @param noticeNow the time by the clock by which notifications are written.
 */
export const planDeliveries = (
  thread: readonly Notification[],
  policy: DeliveryPolicy,
  now: number,
  noticeNow: number,
): DeliveryPlan => {
  const plans = thread
    .filter(({ state }) => state !== 'done')
    .map((notification): DeliveryPlan => {
      const { why, ...plan } = planOne(notification, thread, policy, now, noticeNow);
      return { ...NOTHING, ...plan, reasons: [{ notification: notification.id, why }] };
    });
  const reasons = plans.flatMap((each) => each.reasons);
  const changes = plans.flatMap((each) => each.changes);
  if (changes.length > 0) return { ...NOTHING, changes, reasons };
  return {
    changes: [],
    due: plans.flatMap(({ due }) => due),
    until: earliest(plans.map(({ until }) => until)),
    heldUntil: earliest(plans.map(({ heldUntil }) => heldUntil)),
    reasons,
  };
};

export const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((at) => at !== null);
  return known.length ? Math.min(...known) : null;
};

/** A day of 25 hours is the longest that quiet hours can be; to wait for others takes seconds. */
const LONGEST_HOLD_MS = { quiet: 25 * 3_600_000, gathering: 60_000, network: 60_000 } as const;

const NOTHING: DeliveryPlan = { changes: [], due: [], until: null, heldUntil: null, reasons: [] };

/** What to do about one notification, as far as there is anything, and why. */
type PlanForOne = Partial<Omit<DeliveryPlan, 'reasons'>> & Pick<PlanReason, 'why'>;

const planOne = (
  notification: Notification,
  thread: readonly Notification[],
  policy: DeliveryPolicy,
  now: number,
  noticeNow: number,
): PlanForOne => {
  const { id, notBefore, held } = notification;
  if (notBefore !== null && held !== null && !isDue(notBefore, LONGEST_HOLD_MS[held], noticeNow))
    return { why: 'held', heldUntil: notBefore };
  if (notification.state === 'failed') return planFailed(notification, thread, policy, now);

  const earlier = thread.filter((other) => other.id < id);
  const follows = isEnding(notification.kind) ? followUp(earlier) : null;
  const changes = follows === null ? [] : followUpChanges(notification, follows);
  if (changes.length > 0) return { why: 'follows_its_alert', changes };

  const next = nextDelivery(
    notification.deliveries,
    { ...policy, copies: copiesOf(notification, follows, policy) },
    now,
  );
  if (next.is !== 'under_way') {
    if (follows?.waiting) return { why: 'waits_for_its_alert' };
    if (next.is === 'arrived') return { why: 'arrived', changes: [{ do: 'finish', notification: id }] };
    return planRefused(notification, thread);
  }
  if (next.choose.length > 0)
    return {
      why: 'takes_a_channel',
      changes: next.choose.map((channel): Change => ({ do: 'choose', notification: id, channel })),
    };
  const free = next.due.filter((channel) => !isBehind(channel, earlier));
  const isOver = thread.some((other) => other.id > id && isEnding(other.kind) && other.state !== 'done');
  const due = free.map((channel) => ({ notification, channel, isOver }));
  return { why: reasonToWait(free, next.due), due, until: next.until };
};

const reasonToWait = (free: readonly string[], due: readonly string[]): PlanReason['why'] => {
  if (free.length > 0) return 'due';
  return due.length > 0 ? 'behind_an_earlier_one' : 'between_tries';
};

/** Every channel had refused it. */
const planFailed = (
  notification: Notification,
  thread: readonly Notification[],
  { refusedPauseMs }: DeliveryPolicy,
  now: number,
): PlanForOne => {
  const { id } = notification;
  if (isOvertaken(notification, thread)) return { why: 'overtaken', changes: [{ do: 'finish', notification: id }] };
  const retryAt = notification.retryAt ?? now;
  return isDue(retryAt, refusedPauseMs, now)
    ? { why: 'tried_anew', changes: [{ do: 'revive', notification: id }] }
    : { why: 'rests_after_refusal', until: retryAt };
};

/** Every channel refuses it now, or it has none. */
const planRefused = (notification: Notification, thread: readonly Notification[]): PlanForOne => {
  const { id, deliveries } = notification;
  const finish: Change = { do: 'finish', notification: id };
  // A recovery of what nobody was told of has nobody to go to.
  if (deliveries.length === 0) return { why: 'nobody_to_tell', changes: [finish] };
  if (isOvertaken(notification, thread)) return { why: 'overtaken', changes: [finish] };
  return { why: 'refused_everywhere', changes: [{ do: 'fail', notification: id }] };
};

/**
 * A recovery goes wherever an alert went; one that nobody waits for, and all that is not critical, to the first channel
 * that takes it.
 */
const copiesOf = ({ kind, message }: Notification, follows: FollowUp | null, { copies }: DeliveryPolicy): number => {
  if (follows !== null) return follows.ways.length > 0 ? Infinity : 1;
  return kind !== 'result' && message.tone === 'critical' ? copies : 1;
};

/** On this channel an earlier message to the same person is still under way. */
const isBehind = (channel: string, earlier: readonly Notification[]): boolean =>
  earlier.some(
    ({ state, deliveries }) =>
      state === 'open' && deliveries.some((delivery) => delivery.channel === channel && isLive(delivery)),
  );

/** A later message of the incident has arrived; this one would only confuse. */
const isOvertaken = (notification: Notification, thread: readonly Notification[]): boolean =>
  !isEnding(notification.kind) &&
  thread.some((other) => other.id > notification.id && other.deliveries.some(isDelivered));

/** `group`: it was told in a group. */
interface EndWay {
  readonly channel: string;
  readonly user: string;
  readonly group?: string;
}

/** Where an end goes: wherever its person has got an alert, and after it. */
interface FollowUp {
  /** Channels on which an alert has arrived, and the end has to follow. */
  readonly ways: readonly EndWay[];
  /** Tries of alerts that are overtaken: they would come after the end. */
  readonly drop: readonly { readonly notification: number; readonly channel: string }[];
  /** Alerts of which nothing is left to wait for. */
  readonly finish: readonly number[];
  /** Whether an alert may still arrive, so that more channels can come. */
  readonly waiting: boolean;
}

/** @param earlier everything before the end in its thread, oldest first. */
const followUp = (earlier: readonly Notification[]): FollowUp => {
  const outage = sinceLastEnding(earlier);
  // An outage of which nothing was told ends where the one before it ended.
  const alerts = outage.length > 0 ? outage : earlier;
  const ways = new Map(
    alerts
      .flatMap(({ deliveries }) => deliveries.filter(isDelivered))
      .map(({ channel, user, place: { group } }): [string, EndWay] => [
        channel,
        { channel, user, ...(group === undefined ? {} : { group }) },
      ]),
  );
  const unfinished = alerts.filter(({ state }) => state !== 'done');
  // The alert itself must arrive, however late. What else was to be told of a trouble that is over is of no use.
  if (ways.size === 0) return { ways: [], drop: [], finish: [], waiting: unfinished.length > 0 };
  const uncertain = unfinished.filter(({ deliveries }) => deliveries.some(mayHaveArrived));
  return {
    ways: [...ways.values()],
    drop: uncertain.flatMap(({ id, deliveries }) =>
      deliveries
        .filter((delivery) => delivery.state === 'idle' || (delivery.state === 'open' && !mayHaveArrived(delivery)))
        .map(({ channel }) => ({ notification: id, channel })),
    ),
    finish: unfinished.filter((notification) => !uncertain.includes(notification)).map(({ id }) => id),
    waiting: uncertain.length > 0,
  };
};

const followUpChanges = (notification: Notification, { ways, drop, finish }: FollowUp): Change[] => [
  ...finish.map((id): Change => ({ do: 'finish', notification: id })),
  ...drop.map(({ notification: id, channel }): Change => ({ do: 'drop', notification: id, channel })),
  ...ways
    .filter(({ channel }) => !notification.deliveries.some((delivery) => delivery.channel === channel))
    .map((way): Change => ({ do: 'add', notification: notification.id, ...way })),
];
