/**
 * A whole outside world on the loopback: both platforms, a gateway that can be broken on purpose, bots, people,
 * and a configuration with which `lifeline run` watches it.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { scaledClock, type Clock } from '../src/base/clock.ts';
import { writeConfigFile, type ConfigOverrides, type ConfigParts } from './config-file.ts';
import { FeishuPlatform } from './feishu/platform.ts';
import { openCable } from './gateway/cable.ts';
import { createSandboxGateway, type SandboxGateway, type SandboxGatewayOptions } from './gateway/controller.ts';
import type { QqSide } from './gateway/outside-faults.ts';
import { createCast, type Cast } from './people.ts';
import { QqPlatform } from './qq/platform.ts';

export interface SandboxOptions {
  /** Everything that the sandbox writes is in here; made when it is not there. The caller removes it. */
  readonly dir: string;
  /** How many times as fast as the machine's the clocks of gateway, platforms and bot run; 1 by default. */
  readonly speed?: number;
  /** The bot's language; zh-CN by default. */
  readonly locale?: 'zh-CN' | 'en';
  readonly gateway?: Pick<SandboxGatewayOptions, 'timings' | 'logMaxBytes' | 'platforms'>;
}

export interface Sandbox {
  readonly dir: string;
  readonly feishu: FeishuPlatform;
  readonly qq: QqPlatform;
  readonly gateway: SandboxGateway;
  readonly cast: Cast;
  readonly clock: Clock;
  /** For the bot's environment, so that it agrees with the sandbox on the time. */
  readonly env: Readonly<Record<string, string>>;
  /** @returns the path of the configuration for `lifeline run` */
  writeConfig(overrides?: ConfigOverrides): string;
  /**
   * Ends every process and server of the sandbox. The bot is the caller's to end, and first: it would start the gateway
   * again.
   */
  stop(): Promise<void>;
}

const BANNED = { kind: 'close', code: 4915 } as const;

const qqSideOf = (qq: QqPlatform, appId: string): QqSide => ({
  close: (code, reason) => qq.closeSockets(appId, code, reason),
  cut: () => qq.terminateSockets(appId),
  refuse: () => qq.setFaults(appId, { connect: 'refuse' }),
  ignoreLogins: () => qq.setFaults(appId, { identify: { kind: 'silence' }, resume: { kind: 'silence' } }),
  ban: () => qq.setFaults(appId, { identify: BANNED, resume: BANNED }),
  failAddress: () =>
    qq.setFaults(appId, {
      gatewayUrl: { kind: 'answer', status: 500, body: { code: 500, message: 'internal error' } },
    }),
  lift: () => qq.setFaults(appId, { connect: 'normal', identify: null, resume: null, gatewayUrl: null }),
});

export const createSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const { speed = 1, locale = 'zh-CN', gateway: gatewayOptions = {} } = options;
  const dir = resolve(options.dir);
  const origin = Date.now();
  const clock = scaledClock(origin, speed);
  const env = speed === 1 ? {} : { LIFELINE_CLOCK: `${origin}:${speed}` };
  const cast = createCast();
  mkdirSync(dir, { recursive: true });

  const feishu = new FeishuPlatform({ clock });
  const qq = new QqPlatform({ now: () => clock.now() });
  for (const { feishu: onFeishu, qq: onQq } of [cast.gateway, cast.lifeline]) {
    feishu.addBot(onFeishu);
    qq.addBot(onQq);
  }
  await Promise.all([feishu.start(), qq.start()]);
  const cables = { feishu: await openCable(feishu.url), qq: await openCable(qq.url) };
  const stopPlatforms = async (): Promise<void> => {
    await Promise.all([cables.feishu.stop(), cables.qq.stop(), feishu.stop(), qq.stop()]);
  };

  try {
    const gateway = await createSandboxGateway({
      ...gatewayOptions,
      dir,
      clock,
      env,
      qq: { appId: cast.gateway.qq.appId, secret: cast.gateway.qq.secret, url: cables.qq.url },
      feishu: { appId: cast.gateway.feishu.appId, secret: cast.gateway.feishu.secret, url: cables.feishu.url },
      qqSide: qqSideOf(qq, cast.gateway.qq.appId),
      network: {
        pull: () => {
          for (const cable of Object.values(cables)) cable.pull();
        },
        plug: async () => {
          await Promise.all(Object.values(cables).map((cable) => cable.plug()));
        },
      },
    });
    const { platforms = [] } = gatewayOptions;
    const parts: ConfigParts = {
      dir,
      locale,
      gateway,
      cast,
      feishuUrl: feishu.url,
      qqUrl: qq.url,
      platforms,
      hosts: {
        qqbot: [new URL(cables.qq.url).host],
        feishu: [new URL(cables.feishu.url).host],
        // Those of further platforms only have a script: nothing of theirs may be looked for outside.
        ...Object.fromEntries(platforms.map((name) => [name, [new URL(cables.qq.url).host]])),
      },
    };
    return {
      dir,
      feishu,
      qq,
      gateway,
      cast,
      clock,
      // The bot keeps nothing among the user's own files.
      env: { ...env, XDG_STATE_HOME: join(dir, 'state') },
      writeConfig: (overrides) => writeConfigFile(parts, overrides),
      stop: async () => {
        await gateway.stop();
        await stopPlatforms();
      },
    };
  } catch (error) {
    await stopPlatforms();
    throw error;
  }
};
