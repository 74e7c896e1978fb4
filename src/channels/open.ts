/** The channels of a configuration, ready to be started. */
import type { DatabaseSync } from 'node:sqlite';
import { processClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { createAdmission, type Admit } from '../chat/access/admission.ts';
import type { Config } from '../config/config.ts';
import type { OwnApp } from '../gateways/gateway-kind.ts';
import { createMeta } from '../store/meta.ts';
import type { Channel } from './channel.ts';
import { createFeishuChannel } from './feishu/channel.ts';
import { checkReady, hasBeenReady } from './feishu/ready.ts';
import { lockFolders } from '../store/locks.ts';
import { createQqChannel } from './qq/channel.ts';
import { createWebhookChannel } from './webhook/channel.ts';

export interface ChannelTools {
  readonly db: DatabaseSync;
  /** The gateways' own bots, which Lifeline must not use. */
  readonly apps: readonly OwnApp[];
  readonly logger: Logger;
  /** QQ lets messages through to this person again. */
  readonly onMayPush: (user: string) => void;
  /** Before a message goes out, where another process may take over from this one (`QqChannelOptions.noted`). */
  readonly noted?: (() => Promise<void>) | undefined;
  /** Whether the user may be an operator. Must not read the disk, because each message asks. */
  readonly isKnown: (channel: string, user: string) => boolean;
}

export interface OpenedChannels {
  readonly channels: readonly Channel[];
  /** Checks that ask a platform, which may take long. They are to run beside all else. */
  readonly checks: readonly {
    readonly channel: string;
    /** Whether `run` may throw a UserError: not for a bot that has been fit before. */
    readonly mayRefuse: boolean;
    /**
     * @returns whether the platform has answered. @throws UserError when the bot can certainly not do what Lifeline
     * needs.
     */
    readonly run: () => Promise<boolean>;
  }[];
}

/**
 * Asks no platform. @throws UserError when a bot is one of the gateways' own, or what is configured can never be right.
 */
export const openChannels = (
  { channels: { feishu, qq, webhook }, locale }: Config,
  { db, apps, logger, onMayPush, noted, isKnown }: ChannelTools,
): OpenedChannels => {
  const appIds = (link: string): readonly string[] => apps.filter((app) => app.link === link).map(({ appId }) => appId);
  const admit = (channel: string): Admit =>
    createAdmission({ channel, isKnown: (user) => isKnown(channel, user), clock: processClock(), logger });
  const opened: Channel[] = [];
  const checks: OpenedChannels['checks'][number][] = [];
  if (feishu) {
    const options = {
      appId: feishu.appId,
      appSecret: feishu.appSecret.reveal(),
      domain: feishu.domain,
      buzz: feishu.buzz,
      foreignAppIds: appIds('feishu'),
      lockFolders: lockFolders(process.env, 'apps'),
      admit: admit('feishu'),
      locale,
      db,
      logger,
    };
    opened.push(createFeishuChannel(options));
    const meta = createMeta(db);
    checks.push({ channel: 'feishu', mayRefuse: !hasBeenReady(options, meta), run: () => checkReady(options, meta) });
  }
  if (qq) {
    if (appIds('qqbot').includes(qq.appId)) {
      throw new UserError(
        'QQ_APP_FOREIGN',
        `${qq.appId} is the gateway's own QQ bot: the two would take each other's messages. Create another bot for Lifeline at q.qq.com.`,
      );
    }
    opened.push(
      createQqChannel({
        appId: qq.appId,
        clientSecret: qq.clientSecret.reveal(),
        apiBase: qq.apiBase,
        tokenUrl: qq.tokenUrl,
        verified: qq.verified,
        locale,
        db,
        onMayPush,
        ...(noted ? { noted } : {}),
        admit: admit('qq'),
        logger,
      }),
    );
  }
  if (webhook)
    opened.push(
      createWebhookChannel({
        url: webhook.url,
        ...(webhook.secret ? { secret: webhook.secret.reveal() } : {}),
        locale,
        logger,
      }),
    );
  return { channels: opened, checks };
};

/** The same, once the platforms were asked: for whoever wants nothing but the channels. @throws UserError */
export const openCheckedChannels = async (config: Config, tools: ChannelTools): Promise<readonly Channel[]> => {
  const { channels, checks } = openChannels(config, tools);
  for (const { run } of checks) await run();
  return channels;
};
