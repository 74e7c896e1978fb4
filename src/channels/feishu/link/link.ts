/** Keeps the link up: one connection after the other, with growing pauses, for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import { errorText } from '../../../base/errors.ts';
import { event } from '../../../base/events.ts';
import type { Logger } from '../../../base/logger.ts';
import type { ChannelStatus } from '../../channel.ts';
import type { Settings } from '../options.ts';

export interface LinkOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onMessageEvent: (data: unknown) => Promise<void>;
  readonly onTapEvent: (data: unknown) => Promise<object>;
}

export interface Link {
  /** Resolves when `signal` is aborted and everything is closed. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  status(): ChannelStatus;
}

export const createLink = ({ settings, clock, logger, onMessageEvent, onTapEvent }: LinkOptions): Link => {
  let status: ChannelStatus = { link: 'stopped', since: clock.now(), lastInboundAt: null, problem: null };

  const change = (link: ChannelStatus['link'], problem: string | null): void => {
    status = { ...status, link, problem, since: link === status.link ? status.since : clock.now() };
  };

  /** Opens one connection. Returns how long it was connected, and why it ended. */
  const hold = async (signal: AbortSignal): Promise<{ readonly heldMs: number; readonly problem: string }> => {
    let connectedAt: number | null = null;
    let problem: string;
    try {
      // The SDK is loaded when a link is wanted and not before: a command line needs none.
      const { runConnection } = await import('./connection.ts');
      problem = await runConnection(
        {
          settings,
          logger,
          onConnected: () => {
            connectedAt = performance.now();
            change('connected', null);
            logger.info({ ...event('channel.up'), channel: 'feishu' }, 'feishu link connected');
          },
          onBytes: () => (status = { ...status, lastInboundAt: clock.now() }),
          onMessageEvent,
          onTapEvent,
        },
        signal,
      );
    } catch (error) {
      problem = errorText(error);
    }
    return { problem, heldMs: connectedAt === null ? 0 : performance.now() - connectedAt };
  };

  return {
    status: () => status,
    run: async (signal) => {
      let failures = 0;
      while (!signal.aborted) {
        change('connecting', status.problem);
        const { heldMs, problem } = await hold(signal);
        if (signal.aborted) break;
        if (heldMs >= settings.stableMs) failures = 0;
        const { minBackoffMs: firstMs, maxBackoffMs: maxMs } = settings;
        const waitMs = backoffMs(failures, { firstMs, maxMs, jitter: 'below' });
        failures += 1;
        change('waiting', problem);
        logger.warn(
          {
            ...(heldMs > 0 ? { ...event('channel.down'), channel: 'feishu' } : {}),
            problem,
            waitMs: Math.round(waitMs),
          },
          'feishu link is down',
        );
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
      change('stopped', null);
    },
  };
};
