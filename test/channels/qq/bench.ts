/** A channel against the loopback platform, with times short enough for tests. */
import { Writable } from 'node:stream';
import { scaledClock, type Clock } from '../../../src/base/clock.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { createQqChannel } from '../../../src/channels/qq/channel.ts';
import type { QqChannelOptions, QqTimings } from '../../../src/channels/qq/options.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import type { BotFaults } from '../../../sandbox/qq/faults.ts';
import { QqPlatform, type QqPlatformOptions } from '../../../sandbox/qq/platform.ts';
import { APP, eventually, USER } from '../../sandbox/qq/client.ts';

/** Quick pauses; deadlines stay long, so that a slow machine does not trip over them. */
const QUICK: Partial<QqTimings> = {
  backoffFirstMs: 5,
  backoffMaxMs: 50,
  slowRetryMs: 50,
  rateLimitedMs: 50,
  identifySpacingMs: 0,
  addressEveryMs: 0,
  tokenPauseMs: 20,
};

export interface Bench {
  readonly platform: QqPlatform;
  readonly channel: Channel;
  readonly received: Inbound[];
  /** Everything logged so far. */
  log(): string;
  /** Moves the channel's clock. */
  ahead(ms: number): void;
  /** Waits for a login with exactly one socket, then proves that messages come through it. */
  back(): Promise<void>;
  /** Identify and Resume frames so far, as their opcodes. */
  logins(): number[];
  stop(): Promise<void>;
}

export interface BenchOptions {
  readonly timings?: Partial<QqTimings>;
  readonly platform?: QqPlatformOptions;
  readonly secret?: string;
  /** In force before the channel starts. */
  readonly faults?: Partial<BotFaults>;
  readonly start?: boolean;
  readonly channel?: Partial<QqChannelOptions>;
  /** A platform that runs already; it is not stopped at the end. */
  readonly onto?: QqPlatform;
  /** `ahead` moves the platform's clock and the token's as well. */
  readonly sharedClock?: boolean;
  readonly receive?: (inbound: Inbound) => void;
}

export const createBench = async ({
  timings,
  platform: platformOptions,
  secret = APP.secret,
  faults = {},
  start = true,
  channel: channelOptions,
  sharedClock = false,
  onto,
  receive,
}: BenchOptions = {}): Promise<Bench> => {
  let offsetMs = 0;
  const real = scaledClock(0, 1);
  const clock: Clock = { ...real, now: () => real.now() + offsetMs };
  const platform = onto ?? new QqPlatform({ ...(sharedClock ? { clock } : {}), ...platformOptions });
  if (!onto) {
    platform.addBot(APP);
    platform.setFaults(APP.appId, faults);
    await platform.start();
  }
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const channel = createQqChannel({
    appId: APP.appId,
    clientSecret: secret,
    apiBase: platform.url,
    tokenUrl: platform.tokenUrl,
    logger: createLogger('trace', sink),
    clock,
    timings: { ...QUICK, ...timings },
    ...(sharedClock ? { wire: { clock } } : {}),
    ...channelOptions,
  });
  const received: Inbound[] = [];
  const onInbound = (inbound: Inbound): void => {
    received.push(inbound);
    receive?.(inbound);
  };
  if (start) await channel.start(onInbound);
  return {
    platform,
    channel,
    received,
    log: () => lines.join(''),
    ahead: (ms) => {
      offsetMs += ms;
    },
    back: async () => {
      await eventually(() => {
        const { link } = channel.status();
        if (link !== 'connected') throw new Error(`not connected: ${JSON.stringify(channel.status())}`);
        if (platform.sockets(APP.appId) !== 1) throw new Error(`${platform.sockets(APP.appId)} sockets`);
      });
      const { id } = platform.say(APP.appId, USER, 'are you there?');
      await eventually(() => {
        if (!received.some((inbound) => inbound.id === id)) throw new Error('not received');
      });
    },
    logins: () =>
      platform
        .frames(APP.appId)
        .map(({ op }) => op)
        .filter((op) => op !== 1),
    stop: async () => {
      await channel.stop();
      if (!onto) await platform.stop();
    },
  };
};
