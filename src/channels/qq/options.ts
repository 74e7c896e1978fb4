/** What a QQ channel needs, and the times it keeps. */
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';

/** Durations in milliseconds; shorter ones are for tests. */
export interface QqTimings {
  /** The first and the longest pause between two tries to connect. */
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  /** A login must last this long before the pauses start from the first again. */
  readonly stableMs: number;
  /** The pause after a refusal that only a person can lift, such as a banned bot. */
  readonly slowRetryMs: number;
  /** The pause after "too fast" (close code 4008). */
  readonly rateLimitedMs: number;
  /** Between two Identifies: the platform allows one in 5 s (`max_concurrency` 1). */
  readonly identifySpacingMs: number;
  /** From dialling to Hello. */
  readonly helloMs: number;
  /** From Identify or Resume to READY or RESUMED. */
  readonly loginMs: number;
  /** For one HTTP call. */
  readonly requestMs: number;
  /** Sessions kept alive by Resume alone went deaf after days; an older one is replaced at the next reconnect. */
  readonly sessionMaxAgeMs: number;
}

export const DEFAULT_TIMINGS: QqTimings = {
  backoffFirstMs: 1_000,
  backoffMaxMs: 60_000,
  stableMs: 60_000,
  slowRetryMs: 15 * 60_000,
  rateLimitedMs: 60_000,
  identifySpacingMs: 5_000,
  helloMs: 15_000,
  loginMs: 20_000,
  requestMs: 10_000,
  sessionMaxAgeMs: 24 * 3_600_000,
};

export interface QqChannelOptions {
  readonly appId: string;
  readonly clientSecret: string;
  /** `https://api.bot.qq.com`, without a slash at the end. */
  readonly apiBase: string;
  readonly tokenUrl: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly timings?: Partial<QqTimings>;
}
