/** Where the platform of each link answers, by the configuration. */
import { hostOf } from '../../base/endpoint.ts';
import type { Section } from '../../base/section.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { accountsOf, JUDGED_CHANNELS, type JudgedChannel } from './accounts.ts';
import { wordOf } from './config-file.ts';

const USUAL: Readonly<Record<JudgedChannel, readonly string[]>> = {
  feishu: ['open.feishu.cn:443'],
  qqbot: ['api.sgroup.qq.com:443', 'bots.qq.com:443'],
};

export const hostsOf = (root: Section): Readonly<Record<LinkName, readonly string[]>> => ({
  ...USUAL,
  ...Object.fromEntries(
    JUDGED_CHANNELS.flatMap((channel) =>
      accountsOf(root, channel).map(({ link, settings }) => [
        link,
        channel === 'feishu' ? feishuHosts(wordOf(settings['domain'])) : USUAL.qqbot,
      ]),
    ),
  ),
});

/** `feishu`, `lark`, or an address of its own. */
const feishuHosts = (domain: string | null): readonly string[] => {
  if (domain === 'lark') return ['open.larksuite.com:443'];
  const own = domain === null ? null : hostOf(domain);
  return own === null ? USUAL.feishu : [own];
};
