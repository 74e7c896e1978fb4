/**
 * What is wrong in `openclaw.json` (docs/facts/openclaw.md 1.1, 1.5, 3.2), told from its text alone. Values are never
 * repeated.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { section, type Section } from '../../base/parsed-section.ts';
import { variablesOf } from '../variables.ts';
import type { SettingFault, SettingFiles, SettingTexts } from '../setting-fault.ts';
import { accessOf } from './access.ts';
import { accountsOf, EXAMINED, type ExaminedChannel } from './accounts.ts';
import { CONFIG_FILE, configOf, parseOpenClawConfig, wordOf } from './config-file.ts';
import { CREDENTIALS, lintAccount } from './lint-account.ts';
import { CHANNEL_VARIABLES, lintOtherChannels } from './lint-others.ts';
import { logsOf } from './places.ts';

/** Its own `doctor` takes these out (docs/facts/openclaw.md 1.5). */
const RETIRED = [
  'channelHealthCheckMinutes',
  'channelStaleEventThresholdMinutes',
  'channelMaxRestartsPerHour',
  'handshakeTimeoutMs',
];

const lint = (texts: SettingTexts): readonly SettingFault[] => {
  if (texts.config === null) return [];
  const broken = syntaxFault(texts.config);
  if (broken !== null) return [broken];
  const { root } = configOf(texts.config);
  const env = new Map([...variablesOf(texts.env ?? ''), ...(texts.variables ?? [])]);
  return [
    ...lintGateway(root, env),
    ...EXAMINED.flatMap((channel) => lintChannel(root, channel, env)),
    ...lintOtherChannels(root, env),
    ...lintFile(texts, root),
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

const lintGateway = (root: Section, env: ReadonlyMap<string, string>): readonly SettingFault[] => {
  const gateway = section(root['gateway']);
  const mode = wordOf(gateway['mode']);
  const access = accessOf(root, env);
  const level = wordOf(section(root['logging'])['level'])?.toLowerCase() ?? '';
  return [
    ...(mode === 'local'
      ? []
      : [{ code: 'setting_gateway_mode', mode: mode !== null && /^[a-z-]{1,20}$/.test(mode) ? mode : null } as const]),
    ...RETIRED.filter((key) => gateway[key] !== undefined).map(
      (key) => ({ code: 'setting_retired', name: `gateway.${key}` }) as const,
    ),
    ...(access.credential === null ? [{ code: 'setting_auth', access: access.why } as const] : []),
    ...(['warn', 'error', 'fatal', 'silent'].includes(level) ? [{ code: 'setting_log_level', level } as const] : []),
  ];
};

const lintChannel = (
  root: Section,
  channel: ExaminedChannel,
  env: ReadonlyMap<string, string>,
): readonly SettingFault[] => {
  const accounts = accountsOf(root, channel).filter(({ settings }) => settings['enabled'] !== false);
  // The variables stand for the default account's keys alone.
  const faults = accounts.flatMap((account) =>
    lintAccount(channel, account, account.link === channel ? env : new Map()),
  );
  const isSetUp = accounts.some(({ settings }) => CREDENTIALS[channel].some(({ key }) => settings[key] !== undefined));
  return isSetUp ? [...faults, ...pluginFault(root, channel)] : faults;
};

const PLUGINS: Readonly<Record<ExaminedChannel, readonly string[]>> = {
  feishu: ['feishu'],
  qqbot: ['qqbot', 'openclaw-qqbot'],
};

/** Without an entry of its own a plugin that was installed from outside never starts its channel. */
const pluginFault = (root: Section, channel: ExaminedChannel): readonly SettingFault[] => {
  const entries = section(section(root['plugins'])['entries']);
  const states = PLUGINS[channel].map((plugin) => section(entries[plugin])['enabled']);
  return states.includes(true)
    ? []
    : [
        {
          code: 'setting_plugin',
          link: channel,
          name: `plugins.entries.${PLUGINS[channel][0] ?? channel}.enabled`,
          off: states.includes(false),
        },
      ];
};

const lintFile = ({ home, backup, rootConfig }: SettingTexts, root: Section): readonly SettingFault[] => {
  const isWritten = (config: Section): boolean => Object.keys(section(config['meta'])).length > 0;
  const other = rootOf(home);
  const logOf = (of: string, config: string | null): string => logsOf(of, configOf(config), '/tmp')[0] ?? '';
  return [
    ...(!isWritten(root) && isWritten(configOf(backup ?? null).root)
      ? [{ code: 'setting_no_meta', file: CONFIG_FILE } as const]
      : []),
    ...(other !== null && rootConfig !== null && logOf(home, JSON.stringify(root)) === logOf(other, rootConfig)
      ? [{ code: 'setting_shared_log', root: other } as const]
      : []),
  ];
};

/** The home of the default profile, whose log another one may share. */
const rootOf = (home: string): string | null => {
  const usual = join(/^(.+)\/\.openclaw-[^/]+$/.exec(home)?.[1] ?? homedir(), '.openclaw');
  return usual === home ? null : usual;
};

export const OPENCLAW_SETTINGS: SettingFiles = {
  env: '.env',
  config: CONFIG_FILE,
  backup: `${CONFIG_FILE}.bak`,
  secrets: [CONFIG_FILE, '.env'],
  environment: [
    'OPENCLAW_GATEWAY_TOKEN',
    'OPENCLAW_GATEWAY_PASSWORD',
    'FEISHU_APP_ID',
    'FEISHU_APP_SECRET',
    'QQBOT_APP_ID',
    'QQBOT_CLIENT_SECRET',
    ...CHANNEL_VARIABLES,
  ],
  rootOf,
  lint,
  // It is for its own tools to write the file anew; by hand it is edited.
  fileOf: ({ code }) => (code === 'setting_webhook_mode' ? null : CONFIG_FILE),
  variables: variablesOf,
};
