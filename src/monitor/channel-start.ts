/**
 * Starts the channels beside the watch: one that hangs, or fails, holds up neither the watch nor the other channels.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { errorText, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { StageReport } from '../base/stage-report.ts';
import { within } from '../base/time-limit.ts';
import type { Channel } from '../channels/channel.ts';
import type { OpenedChannels } from '../channels/open.ts';
import type { Inbound } from '../chat/inbound/inbound-message.ts';

export interface ChannelStartOptions {
  readonly channels: readonly Channel[];
  readonly checks: OpenedChannels['checks'];
  readonly report: StageReport;
  readonly logger: Logger;
  /** How long is waited for all of them, of real time. */
  readonly limitMs?: number;
}

export interface ChannelStart {
  /** @throws UserError of a channel that refuses at once, such as one whose app another Lifeline has. */
  begin(receive: (inbound: Inbound) => void): Promise<void>;
  /**
   * Resolves when each is found fit, or has had its time, or when nobody waits any more. What a platform says of a
   * channel that was fit at an earlier start is not waited for, because nothing depends on it.
   * @throws UserError of a channel that can never be used as it is configured.
   */
  settled(enough?: AbortSignal): Promise<void>;
  /** Whether nothing has shown yet that it gets messages out: then an alert need not wait long for it. */
  isInDoubt(channel: string): boolean;
  /** It has got a message out. */
  proven(channel: string): void;
}

const LIMIT_MS = 20_000;

export const createChannelStart = ({
  channels,
  checks,
  report,
  logger,
  limitMs = LIMIT_MS,
}: ChannelStartOptions): ChannelStart => {
  const unproven = new Set(checks.map(({ channel }) => channel));
  /** What may still show that a channel can never be used as it is configured. */
  let decisive: Promise<unknown> = Promise.resolve();

  /** What is no mistake of the set-up must not keep the rest from running. */
  const unlessForGood = async (channel: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof UserError) throw error;
      logger.error({ channel, err: error }, 'a channel could not be started; the others go on without it');
      report.failed({ stage: 'channel', gateway: null, part: channel }, error);
    }
  };

  const check = async ({ channel, run }: OpenedChannels['checks'][number]): Promise<void> => {
    if (await run()) unproven.delete(channel);
  };

  return {
    begin: async (receive) => {
      const starts = channels.map((channel) => unlessForGood(channel.name, () => channel.start(receive)));
      const checked = checks.map((each) => ({ ...each, end: unlessForGood(each.channel, () => check(each)) }));
      decisive = Promise.all([...starts, ...checked.flatMap(({ mayRefuse, end }) => (mayRefuse ? [end] : []))]);
      for (const work of [decisive, ...checked.map(({ end }) => end)])
        work.catch((error: unknown) => logger.error({ error: errorText(error) }, 'a channel cannot be used'));
      await Promise.race([Promise.all(starts), immediate()]);
    },
    settled: async (enough) => {
      const { promise: aborted, resolve } = Promise.withResolvers<'aborted'>();
      if (enough?.aborted) return;
      enough?.addEventListener('abort', () => resolve('aborted'), { once: true });
      if ((await within(Promise.race([decisive, aborted]), limitMs)) === null)
        logger.warn({ channels: [...unproven] }, 'a platform does not answer; Lifeline goes on and keeps trying');
    },
    isInDoubt: (name) => {
      const channel = channels.find((each) => each.name === name);
      return unproven.has(name) || (channel?.stuckAfterMs !== undefined && channel.status().link !== 'connected');
    },
    proven: (name) => void unproven.delete(name),
  };
};
