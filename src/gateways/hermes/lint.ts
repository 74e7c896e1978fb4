/** What is wrong in Hermes's own settings (docs/facts/hermes.md 1, 2, 7, 8), told from the text of its files alone. */
import type { SettingFault, SettingFiles, SettingTexts } from '../setting-fault.ts';
import { lintOtherPlatforms } from './lint-others.ts';
import { lintPlatform, PLATFORMS } from './lint-platform.ts';
import { isYes, readSettings, wordOf, type HermesSettings } from './settings.ts';
import { readVariables, variablesOf } from '../variables.ts';

const lint = (texts: SettingTexts): readonly SettingFault[] => {
  const settings = readSettings(texts.env, texts.config);
  return [
    ...(settings.broken ? [{ code: 'setting_yaml', ...settings.broken } as const] : []),
    ...PLATFORMS.flatMap((platform) => lintPlatform(platform, settings)),
    ...lintOtherPlatforms(settings),
    ...repeated(texts.env ?? ''),
    ...logLevel(settings),
    ...(settings.key('gateway', 'loop_watchdog') === false ? [{ code: 'setting_watchdog_off' } as const] : []),
    ...multiplexed(texts),
  ];
};

/** An installer's own line further up or down silently wins over what somebody added. */
const repeated = (env: string): readonly SettingFault[] => {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of readVariables(env)) values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values]
    .filter(([name, all]) => all.size > 1 && OURS.test(name))
    .map(([name]) => ({ code: 'setting_repeated', name }));
};

const OURS =
  /^(?:FEISHU_|QQ_|QQBOT_|TELEGRAM_|DISCORD_|SLACK_|WHATSAPP_|WEIXIN_|WECOM_|DINGTALK_|SIGNAL_|MATRIX_|MATTERMOST_|EMAIL_|GATEWAY_|HERMES_|(?:https?|wss|all|no)_proxy$)/i;

/**
 * The SDK's `connected to` is INFO and reaches files only through agent.log, which keeps this level
 * (docs/facts/hermes.md 1.1).
 */
const logLevel = (settings: HermesSettings): readonly SettingFault[] => {
  const level = wordOf(settings.key('logging', 'level'))?.toUpperCase() ?? '';
  return ['WARNING', 'WARN', 'ERROR', 'CRITICAL', 'FATAL'].includes(level)
    ? [{ code: 'setting_log_level', level }]
    : [];
};

const multiplexed = ({ home, rootConfig }: SettingTexts): readonly SettingFault[] => {
  const root = rootOf(home);
  if (root === null || rootConfig === null) return [];
  const served = readSettings(null, rootConfig).key('gateway', 'multiplex_profiles');
  const own = home.slice(home.lastIndexOf('/') + 1);
  return (Array.isArray(served) ? served.includes(own) : isYes(served)) ? [{ code: 'setting_multiplexed', root }] : [];
};

const rootOf = (home: string): string | null => /^(.+)\/profiles\/[^/]+$/.exec(home)?.[1] ?? null;

/** Keys of config.yaml; the others are variables of `.env`. */
const IN_CONFIG: ReadonlySet<SettingFault['code']> = new Set([
  'setting_open',
  'setting_nobody',
  'setting_yaml',
  'setting_log_level',
  'setting_watchdog_off',
]);
/** Nothing to be changed in these files. */
const NOT_HERE: ReadonlySet<SettingFault['code']> = new Set(['setting_webhook_mode', 'setting_multiplexed']);

export const HERMES_SETTINGS: SettingFiles = {
  env: '.env',
  config: 'config.yaml',
  backup: null,
  secrets: ['.env'],
  environment: [],
  rootOf,
  lint,
  fileOf: ({ code }) => {
    if (NOT_HERE.has(code)) return null;
    return IN_CONFIG.has(code) ? 'config.yaml' : '.env';
  },
  variables: variablesOf,
};
