/** Which messages go out as one: pure. All of them for the same person on the same channel. */
import { isEnding, type Notification, type Delivery } from './notification.ts';

export interface Item {
  readonly notification: Notification;
  readonly delivery: Delivery;
}

/** Of what comes late, fewer are read as quickly one by one. */
const LEAST_LATE = 3;
/** Longer is not readable on a phone; the rest goes in the next message. */
const MOST = 20;
/** Older than this, or tried in vain before, is old news. */
const OLD_MS = 600_000;

/**
 * What goes out together with `first`: only itself, unless others that waited as it did are due as well; of several
 * such sets the largest. What may have arrived already goes again as it went: alone, or with those it went with.
 * @param now by the clock by which letters are written.
 */
export const batchOf = (first: Item, due: readonly Item[], now: number): readonly Item[] => {
  // Whatever goes again must be what went before, or no platform knows it as a repeat.
  if (first.delivery.unsure) {
    const { batch, channel } = first.delivery;
    return batch === null
      ? [first]
      : due
          .filter(({ delivery }) => delivery.unsure && delivery.batch === batch && delivery.channel === channel)
          .toSorted((a, b) => a.notification.id - b.notification.id);
  }
  const mates = due
    .filter(
      ({ notification, delivery }) =>
        delivery.channel === first.delivery.channel &&
        delivery.user === first.delivery.user &&
        !delivery.unsure &&
        notification.kind !== 'result',
    )
    .toSorted((a, b) => a.notification.id - b.notification.id);
  const quiet = mates.filter(isQuiet);
  const gathered = mates.filter(
    (item) => isGathered(item) && isEnding(item.notification.kind) === isEnding(first.notification.kind),
  );
  const late = mates.filter((item) => isLate(item, now));
  const sets = [
    quiet.length > 1 ? quiet : [],
    gatewaysOf(gathered).length > 1 ? gathered : [],
    late.length >= LEAST_LATE ? late : [],
  ];
  const largest = sets.filter((set) => set.includes(first)).reduce((a, b) => (b.length > a.length ? b : a), [first]);
  // One outage is one message, however many gateways it strikes; not all of them get a line (`digest.ts`).
  return largest === gathered ? gathered : largest.slice(0, MOST);
};

/** It waited for the end of the quiet hours. */
export const isQuiet = ({ notification }: Item): boolean => notification.held === 'quiet';

/** It waited for other gateways to fall ill, or to recover, with its own. */
export const isGathered = ({ notification }: Item): boolean =>
  notification.gateway !== null && (notification.held === 'gathering' || notification.held === 'network');

export const gatewaysOf = (items: readonly Item[]): readonly string[] => [
  ...new Set(items.map(({ notification }) => notification.gateway).filter((name) => name !== null)),
];

const isLate = ({ notification: { at, notBefore }, delivery }: Item, now: number): boolean =>
  delivery.tries > 0 || now - Math.max(at, notBefore ?? at) >= OLD_MS;
