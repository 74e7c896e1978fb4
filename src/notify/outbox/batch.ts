/** The stage "batch": which messages go out as one. Pure. All of them for the same person on the same channel. */
import { isEnding, type Delivery, type Notification } from './notification.ts';

export interface BatchItem {
  readonly notification: Notification;
  readonly delivery: Delivery;
  /** A later notification, which waits as well, says that its trouble is over. */
  readonly isOver?: boolean;
}

/** What is broken now: it goes before all that is over. */
export const isOpenCritical = ({ notification: { kind, message }, isOver }: Omit<BatchItem, 'delivery'>): boolean =>
  isOver !== true && kind !== 'result' && !isEnding(kind) && message.tone === 'critical';

export interface Batch {
  readonly items: readonly BatchItem[];
  /**
   * `alone`: one message; `repeat`: what may have arrived already goes again as it went; `quiet`: they waited for the
   * end of the quiet hours; `gathered`: several gateways at one moment; `piled_up`: many of one gateway at one moment;
   * `late`: they are old news by now.
   */
  readonly why: 'alone' | 'repeat' | 'quiet' | 'gathered' | 'piled_up' | 'late';
}

/** Of what comes late, fewer are read as quickly one by one. */
const LEAST_LATE = 3;
/** What a host of a fleet could not tell for hours comes at once. Of fewer each keeps its buttons. */
const LEAST_PILED_UP = 5;
/** Longer is not readable on a phone; the rest goes in the next message. */
const MOST = 20;
/** Older than this, or tried in vain before, is old news. */
const OLD_MS = 600_000;
/** An end that could not be told for so long followed an alert that could not be told either. */
const OLD_END_MS = 60_000;

/**
 * What goes out with `first`: only itself, unless others that waited as it did are due as well; of several such sets the
 * largest. What may have arrived already goes again as it went: alone, or with those it went with.
 * @param now by the clock by which notifications are written.
 * @param takesEach the channel makes its batches itself (`Channel.takesEach`): what is late goes one by one.
 */
export const batchOf = (first: BatchItem, due: readonly BatchItem[], now: number, takesEach = false): Batch => {
  // Whatever goes again must be what went before, or no platform knows it as a repeat.
  if (first.delivery.unsure) return { items: batchBefore(first, due), why: 'repeat' };
  const mates = due
    .filter(
      ({ notification, delivery }) =>
        delivery.channel === first.delivery.channel &&
        delivery.user === first.delivery.user &&
        !delivery.unsure &&
        notification.kind !== 'result',
    )
    .toSorted(byId);
  const quiet = mates.filter(isQuiet);
  const gathered = mates.filter(
    (item) => isGathered(item) && isEnding(item.notification.kind) === isEnding(first.notification.kind),
  );
  const isPile = !takesEach && gatewaysOf(gathered).length === 1 && gathered.length >= LEAST_PILED_UP;
  // What is over by now is a summary of its own.
  const late = takesEach
    ? []
    : mates.filter((item) => isLate(item, now) && !isOfSeveral(item) && isOpenCritical(item) === isOpenCritical(first));
  const candidates: readonly Batch[] = [
    { items: quiet.length > 1 ? quiet : [], why: 'quiet' },
    { items: gatewaysOf(gathered).length > 1 ? gathered : [], why: 'gathered' },
    { items: isPile ? gathered : [], why: 'piled_up' },
    { items: late.length >= LEAST_LATE ? late : [], why: 'late' },
  ];
  const largest = candidates
    .filter(({ items }) => items.includes(first))
    .reduce((a, b) => (b.items.length > a.items.length ? b : a), { items: [first], why: 'alone' });
  // One outage is one message, however many gateways it strikes; not all of them get a line (`messages/render.ts`).
  return largest.why === 'gathered' ? largest : { ...largest, items: largest.items.slice(0, MOST) };
};

const batchBefore = (first: BatchItem, due: readonly BatchItem[]): readonly BatchItem[] => {
  const { batch, channel } = first.delivery;
  if (batch === null) return [first];
  return due
    .filter(({ delivery }) => delivery.unsure && delivery.batch === batch && delivery.channel === channel)
    .toSorted(byId);
};

const byId = (a: BatchItem, b: BatchItem): number => a.notification.id - b.notification.id;

/** It waited for the end of the quiet hours. */
export const isQuiet = ({ notification }: BatchItem): boolean => notification.held === 'quiet';

/** It waited for other gateways to fail, or to recover, with its own. */
export const isGathered = ({ notification }: BatchItem): boolean =>
  notification.gateway !== null && (notification.held === 'gathering' || notification.held === 'network');

export const gatewaysOf = (items: readonly BatchItem[]): readonly string[] => [
  ...new Set(items.map(({ notification }) => notification.gateway).filter((name) => name !== null)),
];

/** What a host of a fleet has made of several: as a line of another message it would lose its own lines. */
const isOfSeveral = ({ notification: { topic, gateway } }: BatchItem): boolean => topic === 'host' && gateway === null;

/** It was tried in vain, or is old news. */
export const isLate = ({ notification: { at, notBefore, kind }, delivery }: BatchItem, now: number): boolean =>
  delivery.tries > 0 || now - Math.max(at, notBefore ?? at) >= (isEnding(kind) ? OLD_END_MS : OLD_MS);
