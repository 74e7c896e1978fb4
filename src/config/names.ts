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

export type HealMode = (typeof HEAL_MODES)[number];
export type Role = (typeof ROLES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];
export type ChannelName = (typeof CHANNELS)[number];
export type PersonalChannel = (typeof PERSONAL_CHANNELS)[number];
export type UrgentWay = (typeof URGENT_WAYS)[number];
