/** The bots of a configuration, as two Lifelines compare them: of one bot a platform gives each message to one of the two. */
import type { Config } from './config.ts';

export const botsOf = ({ channels: { feishu, qq } }: Pick<Config, 'channels'>): readonly string[] => [
  ...(feishu ? [`feishu:${feishu.appId}`] : []),
  ...(qq ? [`qq:${qq.appId}`] : []),
];
