/**
 * The stage "supersede": what a new notification makes of the earlier ones of its thread. Pure. What still waits, or
 * says what is not true any more, is replaced by the new one; so whoever reads in the morning finds one line for each
 * incident.
 */
import { longest, type Hold } from '../hold.ts';
import {
  isDelivered,
  isEnding,
  isWaiting,
  mayHaveArrived,
  sinceLastEnding,
  type Notification,
  type NotificationKind,
} from './notification.ts';

export interface Superseded {
  /** Earlier notifications that are replaced: nothing more of them is sent. */
  readonly replaced: readonly number[];
  /** Such of them as may have arrived on a channel, which only an answer settles: given up on all other channels. */
  readonly givenUp: readonly number[];
  /** The new one says that something is over of which nobody got the alert: it looks for a channel as an alert does. */
  readonly standsIn: boolean;
  /** What the new one waits for; null: nothing. */
  readonly hold: Hold | null;
  /**
   * `added`: the earlier ones stay; `replaces`: some are replaced or given up; `follows`: an end, which goes wherever
   * the alerts went; `stands_in`: an end that is told instead of alerts that nobody got.
   */
  readonly why: 'added' | 'replaces' | 'follows' | 'stands_in';
}

/** @param earlier all notifications of the thread, oldest first. */
export const supersede = (
  kind: NotificationKind,
  earlier: readonly Notification[],
  holds: readonly Hold[],
): Superseded => {
  const stale = earlier.filter((notification) => notification.state !== 'done' && isStale(notification, kind));
  const givenUp = stale.filter(({ deliveries }) => deliveries.some(mayHaveArrived));
  const replaced = stale.filter((notification) => !givenUp.includes(notification));

  const left = earlier.map((notification): Notification =>
    replaced.includes(notification) ? { ...notification, state: 'done' } : notification,
  );
  const outage = sinceLastEnding(left);
  const isKnown = outage.some(isTold);
  const standsIn = isEnding(kind) && outage.length > 0 && !isKnown;
  // Whoever got the alert is told at once that it is over; the others may sleep on.
  const own = longest(isEnding(kind) && isKnown ? holds.filter(({ why }) => why !== 'quiet') : holds);
  return {
    replaced: replaced.map(({ id }) => id),
    givenUp: givenUp.map(({ id }) => id),
    standsIn,
    hold: isEnding(kind) || own === null ? own : earliest([own, ...replaced.flatMap(holdOf)]),
    why: reasonOf(kind, standsIn, stale.length > 0),
  };
};

const reasonOf = (kind: NotificationKind, standsIn: boolean, isLaterNews: boolean): Superseded['why'] => {
  if (standsIn) return 'stands_in';
  if (isEnding(kind)) return 'follows';
  return isLaterNews ? 'replaces' : 'added';
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

const earliest = (holds: readonly Hold[]): Hold | null =>
  holds.reduce<Hold | null>((a, b) => (a === null || b.until < a.until ? b : a), null);
