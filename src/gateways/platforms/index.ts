/** Every platform whose links are known, by its name. */
import type { LinkName } from '../../diagnosis/evidence.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { PlatformTraits } from '../../diagnosis/policy.ts';
import type { KindName } from '../names.ts';
import { dingtalk } from './dingtalk.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { feishu } from './feishu.ts';
import { googleChat } from './google-chat.ts';
import { LISTENERS } from './listeners.ts';
import { matrix } from './matrix.ts';
import { mattermost } from './mattermost.ts';
import type { Platform } from './platform.ts';
import { qqbot } from './qqbot.ts';
import { signal } from './signal.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { wecom } from './wecom.ts';
import { weixin } from './weixin.ts';
import { whatsapp } from './whatsapp.ts';

export const PLATFORMS: readonly Platform[] = [
  qqbot,
  feishu,
  telegram,
  discord,
  slack,
  whatsapp,
  weixin,
  wecom,
  dingtalk,
  signal,
  matrix,
  mattermost,
  email,
  googleChat,
  ...LISTENERS,
];

const BY_LINK: ReadonlyMap<LinkName, Platform> = new Map(PLATFORMS.map((platform) => [platform.link, platform]));

/** @returns the platform of a link or of one of its accounts; null: none that is known. */
export const platformFor = (link: LinkName): Platform | null => BY_LINK.get(platformOf(link)) ?? null;

export const LINK_NAMES: readonly LinkName[] = PLATFORMS.map(({ link }) => link);

/** @returns what the diagnosis takes from the facts for the links of one kind of gateway. */
export const traitsFor = (kind: KindName): Readonly<Record<string, PlatformTraits>> =>
  Object.fromEntries(
    PLATFORMS.map(({ link, graceMs, retryHorizonMs, routineCloseMs, listens, restarts, logsTries }) => [
      link,
      {
        restarts: restarts.includes(kind),
        ...(logsTries?.includes(kind) ? { logsTries: true as const } : {}),
        ...(graceMs === undefined ? {} : { graceMs }),
        ...(retryHorizonMs === undefined ? {} : { retryHorizonMs }),
        ...(routineCloseMs === undefined ? {} : { routineCloseMs }),
        ...(listens === undefined ? {} : { listens }),
      },
    ]),
  );

/** Where each platform usually answers. */
export const PLATFORM_HOSTS: Readonly<Record<LinkName, readonly string[]>> = Object.fromEntries(
  PLATFORMS.map(({ link, hosts }) => [link, hosts]),
);
