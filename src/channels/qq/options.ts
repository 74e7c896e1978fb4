/** The options of the QQ channel, and its durations. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Admit } from '../../chat/access/admission.ts';
import type { Locale } from '../../text/locale.ts';
import type { QqHttp } from './http.ts';
import type { Dial } from './link/socket.ts';

export const DAY_MS = 86_400_000;

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
  /** How long one connection may last. QQ itself ends each after half an hour, so one that lasts longer may be deaf. */
  readonly connectionMaxMs: number;
  /** Between two questions for the gateway's address, once it is known: the platform allows two a minute. */
  readonly addressEveryMs: number;
  /** After "too many requests" from the token endpoint. */
  readonly tokenPauseMs: number;
  /** Sessions kept alive by Resume alone went deaf after days; an older one is replaced at the next reconnect. */
  readonly sessionMaxAgeMs: number;
  /** A session without an event for this long may be deaf. It is replaced when no event can be missed by that. */
  readonly sessionQuietMs: number;
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
  connectionMaxMs: 2 * 3_600_000,
  addressEveryMs: 30_000,
  tokenPauseMs: 10_000,
  sessionMaxAgeMs: DAY_MS,
  sessionQuietMs: 3 * 3_600_000,
};

/** The platform names the interval of heartbeats, and has never named a longer one than a minute. */
const LONGEST_HEARTBEAT_MS = 60_000;

/** The longest step of the link that is in order: a try, a pause, or the next heartbeat. */
export const stuckAfterMs = ({
  backoffMaxMs,
  slowRetryMs,
  rateLimitedMs,
  helloMs,
  loginMs,
  requestMs,
  tokenPauseMs,
  addressEveryMs,
}: QqTimings): number =>
  2 *
  Math.max(
    backoffMaxMs,
    slowRetryMs,
    rateLimitedMs,
    2 * requestMs + tokenPauseMs + addressEveryMs + helloMs + loginMs,
    LONGEST_HEARTBEAT_MS,
  );

/** The network and its clock. A simulation hands in its own. */
export interface Wire {
  readonly http: QqHttp;
  readonly dial: Dial;
  /**
   * For heartbeats and the deadlines of the protocol: the machine's own, because the platform does not hurry when the
   * sandbox does.
   */
  readonly clock: Clock;
}

export interface QqChannelOptions {
  readonly appId: string;
  readonly clientSecret: string;
  /** `https://api.bot.qq.com`, without a slash at the end. */
  readonly apiBase: string;
  readonly tokenUrl: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Lifeline's database; without it nothing is remembered over a restart. */
  readonly db?: DatabaseSync;
  /** The language of the few words that the channel adds; Chinese when absent. */
  readonly locale?: Locale;
  /** QQ has verified who stands behind the bot: it may send more. */
  readonly verified?: boolean;
  /** A way to a person has opened that was closed when something was held back: the outbox should try again now. */
  readonly onMayPush?: (user: string) => void;
  /**
   * Asked before each call that may send a message, after what the channel notes of it: resolves once whoever takes over
   * from this process knows that. Rejects when nothing may be sent any more.
   */
  readonly noted?: () => Promise<void>;
  /** Who is let in. By default everybody, as an operator. */
  readonly admit?: Admit;
  readonly timings?: Partial<QqTimings>;
  readonly wire?: Partial<Wire>;
}
