/**
 * Whether Lifeline's own loops still come round. systemd's watchdog (or whatever else keeps Lifeline) is told of life
 * only while each loop has come round within its limit.
 */
import { performance } from 'node:perf_hooks';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel } from '../channels/channel.ts';

export interface StuckLoop {
  readonly loop: string;
  /** Since it last came round, or began. */
  readonly silentMs: number;
  readonly limitMs: number;
}

export interface Watchdog {
  /**
   * A loop begins. @returns its heartbeat, which it calls each time that it has come round; it may say how long the
   * next time may take.
   */
  begin(loop: string, limitMs: number): (nextLimitMs?: number) => void;
  /** Those that have begun. */
  names(): readonly string[];
  /** Those that have not come round within their limits, the longest silent first; empty while all is well. */
  stuck(): readonly StuckLoop[];
}

/** A clock that no change of the machine's time moves, and that stands while the machine sleeps. */
export type MonotonicMs = () => number;

export const createWatchdog = (monotonicMs: MonotonicMs = () => performance.now()): Watchdog => {
  const loops = new Map<string, { limitMs: number; at: number }>();
  return {
    begin: (loop, limitMs) => {
      const state = { limitMs, at: monotonicMs() };
      loops.set(loop, state);
      return (nextLimitMs) => {
        state.at = monotonicMs();
        state.limitMs = nextLimitMs ?? state.limitMs;
      };
    },
    names: () => [...loops.keys()],
    stuck: () => {
      const now = monotonicMs();
      return [...loops]
        .map(([loop, { limitMs, at }]): StuckLoop => ({ loop, silentMs: now - at, limitMs }))
        .filter(({ silentMs, limitMs }) => silentMs > limitMs)
        .toSorted((a, b) => b.silentMs - a.silentMs);
    },
  };
};

/** Writes into the log when a loop has stopped, and when it comes round again. @returns what compares once. */
export const createWatchdogLog = (watchdog: Pick<Watchdog, 'stuck'>, logger: Logger): (() => void) => {
  let known: ReadonlySet<string> = new Set();
  return () => {
    const stuck = watchdog.stuck();
    for (const { loop, silentMs, limitMs } of stuck)
      if (!known.has(loop))
        logger.error(
          { ...event('loop.stuck'), loop, silentMs: Math.round(silentMs), limitMs },
          'a loop of Lifeline does not turn any more',
        );
    const now = new Set(stuck.map(({ loop }) => loop));
    for (const loop of known) if (!now.has(loop)) logger.warn({ ...event('loop.turning'), loop }, 'it turns again');
    known = now;
  };
};

/**
 * A channel's loop: a link may be down for days, and that is no fault of Lifeline's; but then its status changes with
 * every try, and while it is up with everything that comes. @returns what compares each channel's status once.
 */
export const watchChannels = (
  channels: readonly Pick<Channel, 'name' | 'status' | 'stuckAfterMs'>[],
  watchdog: Watchdog,
): (() => void) => {
  // Not how old it is: the machine's clock may jump, but a status that changes is alive.
  const signOf = ({ status }: (typeof channels)[number]): string => {
    const { link, since, lastInboundAt } = status();
    return `${link} ${since} ${lastInboundAt ?? ''}`;
  };
  const loops = channels.flatMap((channel) =>
    channel.stuckAfterMs === undefined
      ? []
      : [{ channel, beat: watchdog.begin(`channel ${channel.name}`, channel.stuckAfterMs), before: signOf(channel) }],
  );
  return () => {
    for (const watched of loops) {
      const sign = signOf(watched.channel);
      if (sign === watched.before) continue;
      watched.before = sign;
      watched.beat();
    }
  };
};
