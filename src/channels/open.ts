/** The channels of a configuration, ready to be started. */
import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import type { OwnApp } from '../gateways/gateway-kind.ts';
import { createMeta } from '../store/meta.ts';
import type { Channel } from './channel.ts';
import { createFeishuChannel } from './feishu/channel.ts';
import { checkReady } from './feishu/ready.ts';
import { lockFolders } from './lock-folders.ts';
import { createQqChannel } from './qq/channel.ts';
import { createWebhookChannel } from './webhook/channel.ts';

export interface ChannelTools {
  readonly db: DatabaseSync;
  /** The gateways' own bots, which Lifeline must not use. */
  readonly apps: readonly OwnApp[];
  readonly logger: Logger;
  /** QQ lets messages through to this person again. */
  readonly onMayPush: (user: string) => void;
  /** Whether this may be an operator, without a look at the disk for each message. */
  readonly isKnown: (channel: string, user: string) => boolean;
}

/** @throws UserError when a bot is one of the gateways' own, or can certainly not do what Lifeline needs. */
export const openChannels = async ({ channels: { feishu, qq, webhook }, locale }: Config, { db, apps, logger, onMayPush, isKnown }: ChannelTools): Promise<readonly Channel[]> => {
  const appIds = (link: string): readonly string[] => apps.filter((app) => app.link === link).map(({ appId }) => appId);
  const opened: Channel[] = [];
  if (feishu) {
    const options = {
      appId: feishu.appId,
      appSecret: feishu.appSecret.reveal(),
      domain: feishu.domain,
      buzz: feishu.buzz,
      foreignAppIds: appIds('feishu'),
      lockFolders: lockFolders(process.env),
      locale,
      db,
      logger,
    };
    opened.push(createFeishuChannel(options));
    await checkReady(options, createMeta(db));
  }
  if (qq) {
    if (appIds('qqbot').includes(qq.appId)) {
      throw new UserError('QQ_APP_FOREIGN', `${qq.appId} is the gateway's own QQ bot: the two would take each other's messages. Create another bot for Lifeline at q.qq.com.`);
    }
    opened.push(createQqChannel({ appId: qq.appId, clientSecret: qq.clientSecret.reveal(), apiBase: qq.apiBase, tokenUrl: qq.tokenUrl, verified: qq.verified, locale, db, onMayPush, isKnown: (user) => isKnown('qq', user), logger }));
  }
  if (webhook) opened.push(createWebhookChannel({ url: webhook.url, ...(webhook.secret ? { secret: webhook.secret.reveal() } : {}), locale, logger }));
  return opened;
};
