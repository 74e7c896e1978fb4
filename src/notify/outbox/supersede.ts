/**
 * What a new letter makes of the earlier ones of its thread to the same person: pure. What still waits, or says what
 * is not true any more, is replaced by it; so whoever reads in the morning finds one line for each incident.
 */
import {
  isDelivered,
  isEnding,
  isWaiting,
  mayHaveArrived,
  type Notification,
  type Hold,
  type NotificationKind,
} from './notification.ts';
import { sinceLastEnding } from '../follow-up.ts';

export interface Superseded {
  /** Earlier letters that are replaced: nothing more of them is sent. */
  readonly replaced: readonly number[];
  /** Such of them as may have arrived on a channel, which only an answer settles: given up on all others. */
  readonly givenUp: readonly number[];
  /** A word of the end that stands for alerts which nobody got: it looks for its way as an alert does. */
  readonly standsIn: boolean;
  /** What the new letter waits for; null: nothing. */
  readonly hold: Hold | null;
}

/** @param earlier all letters of the thread to this person, oldest first. */
export const supersede = (
  kind: NotificationKind,
  earlier: readonly Notification[],
  holds: readonly Hold[],
): Superseded => {
  const stale = earlier.filter((notification) => notification.state !== 'done' && isStale(notification, kind));
  const [givenUp, replaced] = [
    stale.filter(({ deliveries }) => deliveries.some(mayHaveArrived)),
    stale.filter(({ deliveries }) => !deliveries.some(mayHaveArrived)),
  ];

  const before = earlier.map((notification): Notification =>
    replaced.includes(notification) ? { ...notification, state: 'done' } : notification,
  );
  const outage = sinceLastEnding(before);
  const knows = outage.some(isTold);
  // Whoever got the alert is told at once that it is over; the others may sleep on.
  const own = longest(isEnding(kind) && knows ? holds.filter(({ why }) => why !== 'quiet') : holds);
  return {
    replaced: replaced.map(({ id }) => id),
    givenUp: givenUp.map(({ id }) => id),
    standsIn: isEnding(kind) && outage.length > 0 && !knows,
    hold: isEnding(kind) || own === null ? own : earliest([own, ...replaced.flatMap(holdOf)]),
  };
};

/** It waits untried; or it reminds, or says that something is over, and there is later news. */
const isStale = (notification: Notification, kind: NotificationKind): boolean =>
  notification.kind !== 'result' &&
  (isWaiting(notification) || notification.kind === 'reminder' || (isEnding(notification.kind) && !isEnding(kind)));

/** It has arrived or is still going to. */
const isTold = ({ state, deliveries }: Notification): boolean => state !== 'done' || deliveries.some(isDelivered);

/** News that comes while an alert waits must not make it wait longer. */
const holdOf = (notification: Notification): Hold[] =>
  isWaiting(notification) &&
  !isEnding(notification.kind) &&
  notification.notBefore !== null &&
  notification.held !== null
    ? [{ until: notification.notBefore, why: notification.held }]
    : [];

const longest = (holds: readonly Hold[]): Hold | null =>
  holds.reduce<Hold | null>((a, b) => (a === null || b.until > a.until ? b : a), null);

const earliest = (holds: readonly Hold[]): Hold | null =>
  holds.reduce<Hold | null>((a, b) => (a === null || b.until < a.until ? b : a), null);
