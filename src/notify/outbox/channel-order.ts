/**
 * Which channels a notification takes now, and how long is waited between tries. Pure. The first channel that takes it;
 * the next one when a channel refuses, is too slow, or is known to rest for long.
 */
import { isDelivered, isLive, mayHaveArrived, type Delivery } from './notification.ts';

export interface DeliveryPolicy {
  /** On how many channels each critical alert should arrive; 1: the first that takes it, as for all others. */
  readonly copies: number;
  /** How long a channel may take, tries included, before the next one is tried beside it. */
  readonly channelTimeoutMs: number;
  /** The same for one channel, as it stands now. */
  readonly patienceMs?: (channel: string) => number;
  /** The pause after the first failed try; it doubles with every further one up to `slowestMs`. */
  readonly firstPauseMs: number;
  readonly slowestMs: number;
  /** How long to wait after every channel has refused; also the longest pause that a platform may ask for. */
  readonly refusedPauseMs: number;
  /** How long one send may take before it counts as lost. */
  readonly sendLimitMs: number;
}

/** What no configuration changes; `alerts.copies` and `alerts.channel_timeout` stand in its schema. */
export const DELIVERY_PAUSES = {
  firstPauseMs: 2_000,
  slowestMs: 300_000,
  refusedPauseMs: 600_000,
  sendLimitMs: 60_000,
} as const satisfies Partial<DeliveryPolicy>;

/**
 * A channel that rests for longer than this before its next try is as good as too slow: that it will not take the
 * message soon is known, so nothing is waited for.
 */
const LONG_PAUSE_MS = 3_000;

export type NextDelivery =
  /** It has arrived as often as it should, or as it can; the other channels are not needed. */
  | { readonly is: 'arrived' }
  /** Every channel has refused it. */
  | { readonly is: 'refused' }
  | {
      readonly is: 'under_way';
      /** Channels to begin with now. */
      readonly choose: readonly string[];
      /** Channels whose next try is due. */
      readonly due: readonly string[];
      /** When to ask again; null: only the end of a try changes anything. */
      readonly until: number | null;
    };

export const nextDelivery = (
  deliveries: readonly Delivery[],
  policy: Pick<DeliveryPolicy, 'copies' | 'channelTimeoutMs' | 'patienceMs' | 'refusedPauseMs'>,
  now: number,
): NextDelivery => {
  const delivered = deliveries.filter(isDelivered).length;
  const enough = delivered >= policy.copies;
  // Once it has arrived, only those go on of which nobody knows whether it arrived there too.
  const live = deliveries.filter(enough ? mayHaveArrived : isLive);
  const idle = enough ? [] : deliveries.filter(({ state }) => state === 'idle');
  if (live.length === 0 && idle.length === 0) return { is: delivered > 0 ? 'arrived' : 'refused' };

  const patienceMs = (channel: string): number => policy.patienceMs?.(channel) ?? policy.channelTimeoutMs;
  const rests = ({ state, nextAt }: Delivery): boolean =>
    state === 'open' && nextAt > now + LONG_PAUSE_MS && !isDue(nextAt, policy.refusedPauseMs, now);
  const overdueAt = (delivery: Delivery): number =>
    delivery.chosenAt === null || delivery.chosenAt > now || rests(delivery)
      ? now
      : delivery.chosenAt + patienceMs(delivery.channel);
  const inTime = live.filter((delivery) => overdueAt(delivery) > now);
  const choose = idle.slice(0, Math.max(0, policy.copies - delivered - inTime.length)).map(({ channel }) => channel);

  const open = live.filter(({ state }) => state === 'open');
  const due = open.filter(({ nextAt }) => isDue(nextAt, policy.refusedPauseMs, now)).map(({ channel }) => channel);
  const times = [
    ...open.map(({ nextAt }) => nextAt),
    ...(idle.length > choose.length ? inTime.map(overdueAt) : []),
  ].filter((at) => at > now);
  return { is: 'under_way', choose, due, until: times.length ? Math.min(...times) : null };
};

/** No pause is longer than `longestMs`, so a time further off is one from before the clock was set back. */
export const isDue = (at: number, longestMs: number, now: number): boolean => at <= now || at > now + longestMs;

/**
 * The pause after the `tries`-th failed try, with jitter so that what failed together does not come back together.
 * @param random from 0 up to 1.
 */
export const pauseMs = (
  { firstPauseMs, slowestMs }: Pick<DeliveryPolicy, 'firstPauseMs' | 'slowestMs'>,
  tries: number,
  random: number,
): number => {
  const pause = Math.min(slowestMs, firstPauseMs * 2 ** Math.min(tries - 1, 30));
  return Math.round(pause * (0.75 + random / 4));
};
