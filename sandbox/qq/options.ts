/** How a loopback QQ platform is set up. */
import { scaledClock, type Clock } from '../../src/base/clock.ts';
import type { QqRules } from './rules.ts';

export interface QqPlatformOptions {
  /** Told to clients in Hello. */
  readonly heartbeatIntervalMs?: number;
  /** Sockets that neither identify nor resume are closed after this. */
  readonly idleMs?: number;
  /** After op 7 or op 9 the platform waits this long for the client to go before it closes with 4009 or 4903. */
  readonly reconnectGraceMs?: number;
  /** How long a click waits for its answer. */
  readonly clickMs?: number;
  /** The platform's clock: windows, quotas, tokens, and every deadline above. */
  readonly clock?: Clock;
  /** Only the time of that clock; deadlines stay on the machine's. */
  readonly now?: () => number;
  /** For every bot, in place of the defaults; `setRules` changes them for one. */
  readonly rules?: Partial<QqRules>;
}

const DEFAULTS = { heartbeatIntervalMs: 41_250, idleMs: 60_000, reconnectGraceMs: 10_000, clickMs: 10_000, rules: {} };

export type QqSettings = Required<Omit<QqPlatformOptions, 'now'>>;

export const settingsFrom = ({ now, ...options }: QqPlatformOptions): QqSettings => {
  const clock = options.clock ?? scaledClock(0, 1);
  return { ...DEFAULTS, ...options, clock: now ? { ...clock, now } : clock };
};
