/** Which channels an entry takes now: pure. The first that takes it; the next when one refuses or is too slow. */
import type { DeliveryPolicy } from '../delivery-policy.ts';
import { isDelivered, isLive, mayHaveArrived, type Delivery } from './notification.ts';

export type NextDelivery =
  /** It has arrived as often as it should, or as it can; what is left of the ladder is not needed. */
  | { readonly is: 'arrived' }
  /** Every channel has refused it. */
  | { readonly is: 'refused' }
  | {
      readonly is: 'climbing';
      /** Channels to begin with now. */
      readonly choose: readonly string[];
      /** Channels whose next try is due. */
      readonly due: readonly string[];
      /** When to look again; null: only the end of a try changes anything. */
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
  const overdueAt = ({ chosenAt, channel }: Delivery): number =>
    chosenAt === null || chosenAt > now ? now : chosenAt + patienceMs(channel);
  const hopeful = live.filter((delivery) => overdueAt(delivery) > now);
  const choose = idle.slice(0, Math.max(0, policy.copies - delivered - hopeful.length)).map(({ channel }) => channel);

  const open = live.filter(({ state }) => state === 'open');
  const due = open.filter(({ nextAt }) => isDue(nextAt, policy.refusedPauseMs, now)).map(({ channel }) => channel);
  const times = [
    ...open.map(({ nextAt }) => nextAt),
    ...(idle.length > choose.length ? hopeful.map(overdueAt) : []),
  ].filter((at) => at > now);
  return { is: 'climbing', choose, due, until: times.length ? Math.min(...times) : null };
};

/** No pause is longer than `longestMs`, so a time further off is one from before the clock was set back. */
export const isDue = (at: number, longestMs: number, now: number): boolean => at <= now || at > now + longestMs;
