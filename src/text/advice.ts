/** What a person can do about a trouble that no restart mends. */
import type { Cause } from '../diagnosis/verdict.ts';
import type { Locale, Texts } from './locale.ts';

type Advice = (gateway: string) => string;

const ADVICE: Texts<Partial<Record<Cause, Advice>> & { readonly otherwise: Advice }> = {
  'zh-CN': {
    config_rejected: (gateway) => `原因见 /logs ${gateway}，改好配置再启动`,
    no_login_after_loss: (gateway) => `这个连接的登录没有日志，给机器人发条消息试试，不通就 /restart ${gateway}`,
    reconnected_without_login: (gateway) => `这个连接的登录没有日志，给机器人发条消息试试，不通就 /restart ${gateway}`,
    platform_refuses: () => '查一下机器人是否被封、AppID 和密钥是否正确',
    platform_errors: () => '平台那边的故障，等它恢复即可',
    platform_unreachable: () => '查一下这台机器的网络、DNS 和代理',
    otherwise: (gateway) => `先看 /logs ${gateway}`,
  },
  en: {
    config_rejected: (gateway) => `See /logs ${gateway} for the reason, correct the configuration, then start it`,
    no_login_after_loss: (gateway) => `This link does not log its logins: write to the bot, and if it stays silent, /restart ${gateway}`,
    reconnected_without_login: (gateway) => `This link does not log its logins: write to the bot, and if it stays silent, /restart ${gateway}`,
    platform_refuses: () => 'Check whether the bot was banned, and its app id and secret',
    platform_errors: () => 'The fault is with the platform: wait for it to recover',
    platform_unreachable: () => "Check this machine's network, DNS and proxy",
    otherwise: (gateway) => `Look at /logs ${gateway} first`,
  },
};

export const adviceText = (cause: Cause, gateway: string, locale: Locale): string =>
  (ADVICE[locale][cause] ?? ADVICE[locale].otherwise)(gateway);
