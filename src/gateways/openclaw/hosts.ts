/** Where the platform of each link answers, by the configuration. */
import { hostOf } from '../../base/endpoint.ts';
import type { Section } from '../../base/parsed-section.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { feishu } from '../platforms/feishu.ts';
import { PLATFORM_HOSTS } from '../platforms/index.ts';
import { accountsOf, JUDGED_CHANNELS } from './accounts.ts';
import { wordOf } from './config-file.ts';

export const hostsOf = (root: Section): Readonly<Record<LinkName, readonly string[]>> => ({
  ...PLATFORM_HOSTS,
  ...Object.fromEntries(
    JUDGED_CHANNELS.flatMap((channel) =>
      accountsOf(root, channel).map(({ link, settings }) => [
        link,
        channel === 'feishu' ? feishuHosts(wordOf(settings['domain'])) : (PLATFORM_HOSTS[channel] ?? []),
      ]),
    ),
  ),
});

/** `feishu`, `lark`, or an address of its own. */
const feishuHosts = (domain: string | null): readonly string[] => {
  if (domain === 'lark') return ['open.larksuite.com:443'];
  const own = domain === null ? null : hostOf(domain);
  return own === null ? feishu.hosts : [own];
};
