/** Which messages go out as one: pure. All of them for the same person on the same channel. */
import { isEnding, type Entry, type Rung } from './entry.ts';

export interface Item {
  readonly entry: Entry;
  readonly rung: Rung;
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
export const together = (first: Item, due: readonly Item[], now: number): readonly Item[] => {
  // Whatever goes again must be what went before, or no platform knows it as a repeat.
  if (first.rung.unsure) {
    const { batch, channel } = first.rung;
    return batch === null
      ? [first]
      : due
          .filter(({ rung }) => rung.unsure && rung.batch === batch && rung.channel === channel)
          .toSorted((a, b) => a.entry.id - b.entry.id);
  }
  const mates = due
    .filter(
      ({ entry, rung }) =>
        rung.channel === first.rung.channel && rung.user === first.rung.user && !rung.unsure && entry.kind !== 'result',
    )
    .toSorted((a, b) => a.entry.id - b.entry.id);
  const quiet = mates.filter(isQuiet);
  const gathered = mates.filter((item) => isGathered(item) && isEnding(item.entry.kind) === isEnding(first.entry.kind));
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
export const isQuiet = ({ entry }: Item): boolean => entry.held === 'quiet';

/** It waited for other gateways to fall ill, or to recover, with its own. */
export const isGathered = ({ entry }: Item): boolean =>
  entry.gateway !== null && (entry.held === 'gathering' || entry.held === 'network');

export const gatewaysOf = (items: readonly Item[]): readonly string[] => [
  ...new Set(items.map(({ entry }) => entry.gateway).filter((name) => name !== null)),
];

const isLate = ({ entry: { at, notBefore }, rung }: Item, now: number): boolean =>
  rung.tries > 0 || now - Math.max(at, notBefore ?? at) >= OLD_MS;
