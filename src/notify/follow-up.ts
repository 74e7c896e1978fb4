/** Where a "recovered" goes: wherever its person has got an alert of the incident, and after it. Pure. */
import { isDelivered, isEnding, mayHaveArrived, type Notification } from './outbox/notification.ts';

export interface FollowUp {
  /** Ways on which an alert has arrived, and the recovery has to follow. */
  readonly ways: readonly { readonly channel: string; readonly user: string }[];
  /** Tries of alerts that are overtaken: they would come after the recovery. */
  readonly drop: readonly { readonly notification: number; readonly channel: string }[];
  /** Alerts of which nothing is left to wait for. */
  readonly finish: readonly number[];
  /** Whether an alert may still arrive, so that more ways can come. */
  readonly waiting: boolean;
}

/** @param earlier everything before it in the same thread, to the same person, oldest first. */
export const followUp = (earlier: readonly Notification[]): FollowUp => {
  const outage = sinceLastEnding(earlier);
  // An outage of which no word was said ends where the one before it ended.
  const alerts = outage.length > 0 ? outage : earlier;
  const ways = new Map(
    alerts
      .flatMap(({ deliveries }) => deliveries.filter(isDelivered))
      .map(({ channel, user }) => [channel, { channel, user }]),
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

/**
 * What belongs to the present outage: an incident that came back was over before. An end that nobody heard of is none.
 */
export const sinceLastEnding = (earlier: readonly Notification[]): readonly Notification[] =>
  earlier.slice(
    earlier.findLastIndex(
      ({ kind, state, deliveries }) => isEnding(kind) && (state !== 'done' || deliveries.some(isDelivered)),
    ) + 1,
  );
