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

export const DEFAULT_DELIVERY_POLICY: DeliveryPolicy = {
  copies: 1,
  channelTimeoutMs: 30_000,
  firstPauseMs: 2_000,
  slowestMs: 300_000,
  refusedPauseMs: 600_000,
  sendLimitMs: 60_000,
};

/**
 * The pause after the `tries`-th failed try, with jitter so that what failed together does not come back together.
 * @param random from 0 up to 1.
 */
export const pauseMs = ({ firstPauseMs, slowestMs }: DeliveryPolicy, tries: number, random: number): number => {
  const pause = Math.min(slowestMs, firstPauseMs * 2 ** Math.min(tries - 1, 30));
  return Math.round(pause * (0.75 + random / 4));
};
