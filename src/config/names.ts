/** The words that have a fixed meaning in the configuration. */
export const LOCALES = ['zh-CN', 'en'] as const;
/** The data folder of a configuration that names none. */
export const DEFAULT_DATA_DIR = '~/.local/state/lifeline';
/** The language of a configuration that names none. */
export const DEFAULT_LOCALE = 'zh-CN' satisfies (typeof LOCALES)[number];
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const HEAL_MODES = ['auto', 'ask', 'off'] as const;
export const ROLES = ['viewer', 'operator', 'admin'] as const;
/** Channels on which a person has an id and can command. */
export const PERSONAL_CHANNELS = ['feishu', 'qq'] as const;
export const CHANNELS = [...PERSONAL_CHANNELS, 'webhook'] as const;
export const SUPERVISORS = ['auto', 'systemd-user', 'systemd-system', 'launchd', 'docker', 's6', 'process'] as const;
/** How Feishu makes a phone ring: within the app, by a text message, by a call. */
export const URGENT_WAYS = ['app', 'sms', 'phone'] as const;
export const SEVERITIES = ['critical', 'warning'] as const;
export const DIGESTS = ['daily', 'weekly'] as const;

/**
 * What these words mean in a command: a gateway that is called so could not be meant. Each word of each command is here
 * (`test/config/gateway-names.test.ts`), but for the names of platforms.
 */
const COMMAND_WORDS =
  'all 全部 所有 pin 固定 置顶 unpin 取消固定 取消置顶 debug 调试 info 信息 warning warn warnings 警告 error err errors 错误 报错 ' +
  'critical fatal 严重 since last 最近 dry dry-run 演习 end 结束 取消 off stop cancel sun sunday 周日 周天 星期日 星期天 ' +
  '礼拜天 mon monday 周一 星期一 礼拜一 tue tuesday 周二 星期二 礼拜二 wed wednesday 周三 星期三 礼拜三 thu thursday 周四 星期四 礼拜四 ' +
  'fri friday 周五 星期五 礼拜五 sat saturday 周六 星期六 礼拜六 today 今天 今晚 tonight tomorrow 明天 明晚 weekly 每周 每星期 ' +
  'forget 解绑 unbind';
export const isCommandWord = (word: string): boolean => COMMAND_WORDS.split(' ').includes(word);

export type HealMode = (typeof HEAL_MODES)[number];
export type Role = (typeof ROLES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];
export type ChannelName = (typeof CHANNELS)[number];
export type PersonalChannel = (typeof PERSONAL_CHANNELS)[number];
export type UrgentWay = (typeof URGENT_WAYS)[number];
