/**
 * What of `openclaw.json` keeps a link down, or from Lifeline's eyes (docs/facts/openclaw.md 1.1, 1.5, 3.2;
 * docs/facts/platforms.md 5.8), told from its text alone. Values are never repeated.
 */
import { join } from 'node:path';
import { userHome } from '../../base/account.ts';
import { section, type Section } from '../../base/parsed-section.ts';
import type { LinkName } from '../../diagnosis/evidence.ts';
import { isPlaceholder } from '../placeholder.ts';
import { PLATFORMS } from '../platforms/index.ts';
import type { ChannelKeyRule } from '../platforms/platform.ts';
import type { SettingFault, SettingFiles, SettingTexts } from '../setting-fault.ts';
import { variablesOf } from '../variables.ts';
import { accessOf, isReference } from './access.ts';
import { accountsOf, EXAMINED, type Account, type ExaminedChannel } from './accounts.ts';
import { CONFIG_FILE, configOf, parseOpenClawConfig, wordOf } from './config-file.ts';
import { logsOf } from './places.ts';

type Variables = ReadonlyMap<string, string>;

const OWN: Readonly<Record<ExaminedChannel, readonly ChannelKeyRule[]>> = {
  feishu: [
    { key: 'appId', variable: 'FEISHU_APP_ID' },
    { key: 'appSecret', variable: 'FEISHU_APP_SECRET' },
  ],
  qqbot: [
    { key: 'appId', variable: 'QQBOT_APP_ID' },
    { key: 'clientSecret', variable: 'QQBOT_CLIENT_SECRET', or: 'clientSecretFile' },
  ],
};

const RULES: readonly (readonly [LinkName, readonly ChannelKeyRule[]])[] = [
  ...EXAMINED.map((channel) => [channel, OWN[channel]] as const),
  ...PLATFORMS.map(({ link, openclaw }) => [link, openclaw?.keys ?? []] as const),
];

const lint = (texts: SettingTexts): readonly SettingFault[] => {
  if (texts.config === null) return [];
  const broken = syntaxFault(texts.config);
  if (broken !== null) return [broken];
  const { root } = configOf(texts.config);
  const env = new Map([...variablesOf(texts.env ?? ''), ...(texts.variables ?? [])]);
  const access = accessOf(root, env);
  const level = wordOf(section(root['logging'])['level'])?.toLowerCase() ?? '';
  return [
    ...(access.credential === null ? [{ code: 'setting_auth', access: access.why } as const] : []),
    ...(['warn', 'error', 'fatal', 'silent'].includes(level) ? [{ code: 'setting_log_level', level } as const] : []),
    ...RULES.flatMap(([channel, rules]) => lintChannel(root, channel, rules, env)),
    ...EXAMINED.flatMap((channel) => pluginFault(root, channel)),
    ...sharedLog(texts, root),
  ];
};

const syntaxFault = (text: string): SettingFault | null => {
  try {
    parseOpenClawConfig(text);
    return null;
  } catch (error) {
    const { lineNumber, columnNumber } = error as { readonly lineNumber?: number; readonly columnNumber?: number };
    // Its words quote a character of the file at most; the place is told apart.
    const problem = (error instanceof Error ? error.message : String(error))
      .replace(/^JSON5: /, '')
      .replace(/ at \d+:\d+$/, '');
    return { code: 'setting_json', file: CONFIG_FILE, line: lineNumber ?? null, column: columnNumber ?? null, problem };
  }
};

/** The variables stand for the default account's keys alone. */
const lintChannel = (
  root: Section,
  channel: LinkName,
  rules: readonly ChannelKeyRule[],
  env: Variables,
): readonly SettingFault[] =>
  rules.length === 0
    ? []
    : switchedOn(root, channel).flatMap((account) =>
        lintAccount(account, rules, account.link === channel ? env : new Map()),
      );

const switchedOn = (root: Section, channel: LinkName): readonly Account[] =>
  accountsOf(root, channel).filter(({ settings }) => settings['enabled'] !== false);

const lintAccount = (
  { link, settings, path }: Account,
  rules: readonly ChannelKeyRule[],
  env: Variables,
): readonly SettingFault[] => {
  const stands = (key: string): boolean => wordOf(settings[key]) !== null || isReference(settings[key]);
  const isThere = ({ key, variable = '' }: ChannelKeyRule): boolean => stands(key) || (env.get(variable) ?? '') !== '';
  // A channel that nobody set up has nothing wrong about it.
  if (!rules.some(isThere)) return [];
  const faults = rules.flatMap((rule): readonly SettingFault[] => {
    const name = `${path}.${rule.key}`;
    if (!isThere(rule)) return isNeeded(rule, settings, stands) ? [{ code: 'setting_missing', link, name }] : [];
    const word = isReference(settings[rule.key]) ? null : wordOf(settings[rule.key]);
    return word !== null && isPlaceholder(word) ? [{ code: 'setting_placeholder', link, name }] : [];
  });
  return rules === OWN.feishu ? [...faults, ...feishuMode({ link, settings, path })] : faults;
};

const isNeeded = (
  { optional, or, inMode }: ChannelKeyRule,
  settings: Section,
  stands: (key: string) => boolean,
): boolean => {
  if (optional || (or !== undefined && stands(or))) return false;
  const mode = wordOf(settings['mode']);
  return inMode === undefined || mode === null || mode === inMode;
};

const feishuMode = ({ link, settings, path }: Omit<Account, 'id'>): readonly SettingFault[] => {
  const mode = wordOf(settings['connectionMode']) ?? 'websocket';
  if (mode === 'websocket') return [];
  if (mode === 'webhook') return [{ code: 'setting_webhook_mode', link }];
  const allowed = ['websocket', 'webhook'];
  return [{ code: 'setting_unknown', link, name: `${path}.connectionMode`, value: mode.slice(0, 40), allowed }];
};

const PLUGINS: Readonly<Record<ExaminedChannel, readonly string[]>> = {
  feishu: ['feishu'],
  qqbot: ['qqbot', 'openclaw-qqbot'],
};

/** Without an entry of its own a plugin that was installed from outside never starts its channel. */
const pluginFault = (root: Section, link: ExaminedChannel): readonly SettingFault[] => {
  if (!switchedOn(root, link).some(({ settings }) => OWN[link].some(({ key }) => settings[key] !== undefined)))
    return [];
  const entries = section(section(root['plugins'])['entries']);
  const states = PLUGINS[link].map((plugin) => section(entries[plugin])['enabled']);
  if (states.includes(true)) return [];
  const name = `plugins.entries.${PLUGINS[link][0] ?? link}.enabled`;
  return [{ code: 'setting_plugin', link, name, off: states.includes(false) }];
};

const sharedLog = ({ home, rootConfig }: SettingTexts, root: Section): readonly SettingFault[] => {
  const other = rootOf(home);
  const logOf = (of: string, config: string | null): string => logsOf(of, configOf(config), '/tmp')[0] ?? '';
  return other !== null && rootConfig !== null && logOf(home, JSON.stringify(root)) === logOf(other, rootConfig)
    ? [{ code: 'setting_shared_log', root: other }]
    : [];
};

/** The home of the default profile, whose log another one may share. */
const rootOf = (home: string): string | null => {
  const usual = join(/^(.+)\/\.openclaw-[^/]+$/.exec(home)?.[1] ?? userHome(), '.openclaw');
  return usual === home ? null : usual;
};

export const OPENCLAW_SETTINGS: SettingFiles = {
  env: '.env',
  config: CONFIG_FILE,
  secrets: [CONFIG_FILE, '.env'],
  environment: [
    'OPENCLAW_GATEWAY_TOKEN',
    'OPENCLAW_GATEWAY_PASSWORD',
    ...RULES.flatMap(([, rules]) => rules.flatMap(({ variable }) => variable ?? [])),
  ],
  rootOf,
  lint,
  // It is for its own tools to write the file anew; by hand it is edited.
  fileOf: ({ code }) => (code === 'setting_webhook_mode' ? null : CONFIG_FILE),
  variables: variablesOf,
};
