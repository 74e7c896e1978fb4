/** Computes the pause before the next try to connect. Pure. */
import { backoffMs } from '../../../base/backoff.ts';
import type { Reaction } from './close-codes.ts';
import type { QqTimings } from '../options.ts';
import type { Login } from './session.ts';

export interface ReconnectPause {
  readonly pauseMs: number;
  /** Connections in a row that were not stable. */
  readonly failures: number;
}

/** @param loggedInMs how long the login lasted that has just ended; null: there was none. */
export const pauseAfter = (
  reaction: Reaction,
  loggedInMs: number | null,
  failures: number,
  random: number,
  timings: QqTimings,
): ReconnectPause => {
  const before = loggedInMs !== null && loggedInMs >= timings.stableMs ? 0 : failures;
  const { backoffFirstMs: firstMs, backoffMaxMs: maxMs } = timings;
  const pauseMs = {
    backoff: backoffMs(before, { firstMs, maxMs, jitter: 'around' }, random),
    rate_limited: timings.rateLimitedMs,
    slow: timings.slowRetryMs,
  }[reaction.pace];
  return { pauseMs, failures: before + 1 };
};

/**
 * @returns the pause, long enough for the platform's limit on Identifies. Never longer than that limit asks, whatever
 * the clock did.
 */
export const spacedForIdentify = (pauseMs: number, login: Login, sinceIdentifyMs: number, spacingMs: number): number =>
  login.kind === 'identify' ? Math.max(pauseMs, Math.min(spacingMs, spacingMs - sinceIdentifyMs)) : pauseMs;
