/** What of Hermes's own settings keeps a link down, or from Lifeline's eyes (docs/facts/hermes.md 1, 2, 7, 8). */
import type { LinkName } from '../../diagnosis/evidence.ts';
import { isPlaceholder } from '../placeholder.ts';
import { PLATFORMS } from '../platforms/index.ts';
import type { SettingRule } from '../platforms/platform.ts';
import type { SettingFault, SettingFiles, SettingTexts } from '../setting-fault.ts';
import { variablesOf } from '../variables.ts';
import { isYes, readSettings, wordOf, type HermesSettings } from './settings.ts';

interface PlatformRules {
  readonly link: LinkName;
  /** Below `platforms` of config.yaml; the first is today's. */
  readonly sections: readonly string[];
  readonly rules: readonly SettingRule[];
}

const RULES: readonly PlatformRules[] = [
  {
    link: 'feishu',
    sections: ['feishu'],
    rules: [
      { variable: 'FEISHU_APP_ID', key: ['extra', 'app_id'] },
      { variable: 'FEISHU_APP_SECRET', key: ['extra', 'app_secret'] },
    ],
  },
  {
    link: 'qqbot',
    sections: ['qqbot', 'qq'],
    rules: [
      { variable: 'QQ_APP_ID', key: ['extra', 'app_id'] },
      { variable: 'QQ_CLIENT_SECRET', key: ['extra', 'client_secret'] },
    ],
  },
  ...PLATFORMS.map(({ link, hermes }) => ({ link, sections: [link], rules: hermes?.settings ?? [] })),
];

const lint = (texts: SettingTexts): readonly SettingFault[] => {
  const settings = readSettings(texts.env, texts.config);
  return [
    ...(settings.broken ? [{ code: 'setting_yaml', ...settings.broken } as const] : []),
    ...RULES.flatMap((platform) => lintPlatform(platform, settings)),
    ...logLevel(settings),
    ...multiplexed(texts),
  ];
};

const lintPlatform = ({ link, sections, rules }: PlatformRules, settings: HermesSettings): readonly SettingFault[] => {
  const section = sections.find((name) => settings.key('platforms', name) !== undefined) ?? link;
  const variable = (name: string): string | null => wordOf(settings.variables.get(name));
  const valueOf = (rule: SettingRule): string | null =>
    variable(rule.variable) ?? (rule.key ? wordOf(settings.key('platforms', section, ...rule.key)) : null);
  // A platform that nobody set up, or that is switched off, has nothing wrong about it.
  const isSetUp = rules.some((rule) => rule.onlyWith === undefined && valueOf(rule) !== null);
  if (!isSetUp || settings.key('platforms', section, 'enabled') === false) return [];
  const faults = rules.flatMap((rule): readonly SettingFault[] => {
    const { variable: name, or, onlyWith } = rule;
    const value = valueOf(rule);
    if (value !== null) return isPlaceholder(value) ? [{ code: 'setting_placeholder', link, name }] : [];
    const isNeeded = onlyWith === undefined ? or === undefined || variable(or) === null : variable(onlyWith) !== null;
    return isNeeded ? [{ code: 'setting_missing', link, name }] : [];
  });
  return link === 'feishu' ? [...faults, ...feishuMode(variable)] : faults;
};

const MODE = 'FEISHU_CONNECTION_MODE';

const feishuMode = (variable: (name: string) => string | null): readonly SettingFault[] => {
  const link = 'feishu';
  const mode = variable(MODE)?.toLowerCase() ?? 'websocket';
  if (mode === 'websocket') return [];
  if (mode !== 'webhook')
    return [{ code: 'setting_unknown', link, name: MODE, value: mode.slice(0, 40), allowed: ['websocket', 'webhook'] }];
  const hasToken = ['FEISHU_VERIFICATION_TOKEN', 'FEISHU_ENCRYPT_KEY'].some((name) => variable(name) !== null);
  return [{ code: hasToken ? 'setting_webhook_mode' : 'setting_webhook_token', link }];
};

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

export const HERMES_SETTINGS: SettingFiles = {
  env: '.env',
  config: 'config.yaml',
  secrets: ['.env'],
  environment: [],
  rootOf,
  lint,
  fileOf: ({ code }) => {
    if (code === 'setting_webhook_mode' || code === 'setting_multiplexed') return null;
    return code === 'setting_yaml' || code === 'setting_log_level' ? 'config.yaml' : '.env';
  },
  variables: variablesOf,
};
