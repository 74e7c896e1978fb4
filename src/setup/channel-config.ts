/** A configuration with one channel and nothing else, for those who open channels. */
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/load.ts';
import { readSecretFile } from '../config/secret.ts';
import { KIND_NAMES } from '../gateways/names.ts';
import type { Locale } from '../text/locale.ts';
import type { ChannelAnswer } from './answers.ts';
import { QQ_API_BASE, QQ_TOKEN_PATH } from './try-credentials.ts';
import { userHomeOf, type Variables } from './paths.ts';

/** @throws UserError `CONFIG_INVALID` for what cannot be an id, a secret or an address. */
export const channelConfig = (answer: ChannelAnswer, locale: Locale, env: Variables): Config =>
  parseConfig(
    JSON.stringify({
      locale,
      gateways: [{ name: 'main', kind: KIND_NAMES[0] }],
      channels: { [answer.channel]: keysOf(answer) },
    }),
    {
      file: '(init)',
      env,
      home: userHomeOf(env),
      readSecret: readSecretFile,
    },
  );

const keysOf = (answer: ChannelAnswer): object =>
  answer.channel === 'feishu'
    ? { app_id: answer.appId, app_secret: answer.secret, domain: answer.domain }
    : {
        app_id: answer.appId,
        client_secret: answer.secret,
        ...(answer.apiBase === null ? {} : { api_base: answer.apiBase }),
        ...(answer.tokenUrl === null ? {} : { token_url: answer.tokenUrl }),
      };

/** Returns a channel of the configuration as an answer; null: the configuration does not have it. */
export const answerOf = (config: Config, channel: ChannelAnswer['channel']): ChannelAnswer | null => {
  const { feishu, qq } = config.channels;
  if (channel === 'feishu')
    return feishu ? { channel, appId: feishu.appId, secret: feishu.appSecret.reveal(), domain: feishu.domain } : null;
  if (!qq) return null;
  const other = (address: string, usual: string): string | null => (address === usual ? null : address);
  return {
    channel,
    appId: qq.appId,
    secret: qq.clientSecret.reveal(),
    apiBase: other(qq.apiBase, QQ_API_BASE),
    tokenUrl: other(qq.tokenUrl, `${QQ_API_BASE}${QQ_TOKEN_PATH}`),
  };
};
