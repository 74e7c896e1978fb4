/** What the operator must do on a platform before its messages get through again. */
import type { Locale, Texts } from '../locale.ts';

/** What the operator must do on the platform before messages get through again. */
export type ChannelFix =
  /** QQ: switch on 「允许主动发送」 in the bot's profile. */
  | 'allow_push'
  /** QQ: add the bot as a friend. */
  | 'add_friend'
  /** Grant the bot the permission to send in the developer console. */
  | 'grant_permission'
  /** Feishu: the tenant's monthly quota of calls is used up. */
  | 'monthly_quota'
  /** Feishu: put the person into the app's availability range. */
  | 'availability';

const FIXES: Texts<Readonly<Record<ChannelFix, string>>> = {
  'zh-CN': {
    allow_push: 'QQ 不让我主动发消息：在机器人的资料页打开「允许主动发送」，或给它发一条消息',
    add_friend: 'QQ 不让我发消息：先把机器人加为好友',
    grant_permission: '平台不让我发消息：在开放平台给应用加上发消息的权限，并发布新版本',
    monthly_quota: '飞书本月的接口调用次数用完了：在管理后台升级，或等到下个月',
    availability: '飞书不让我发消息：在开放平台把你加进应用的可用范围',
  },
  en: {
    allow_push: "QQ does not let me push: switch on 允许主动发送 in the bot's profile, or send it a message",
    add_friend: 'QQ does not let me write to you: add the bot as a friend',
    grant_permission:
      'The platform does not let me send: grant the app the permission to send messages in the developer console, and publish it',
    monthly_quota:
      "Feishu's monthly quota of calls is used up: upgrade the plan in the admin console, or wait for next month",
    availability:
      "Feishu does not let me write to you: put yourself into the app's availability range in the developer console",
  },
};

export const fixText = (fix: ChannelFix, locale: Locale): string => FIXES[locale][fix];
