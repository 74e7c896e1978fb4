/** The settings of one platform: its bot's credentials, its mode, and whom it lets in. */
import type { LinkName } from '../../diagnosis/evidence.ts';
import { isPlaceholder } from '../placeholder.ts';
import type { SettingFault } from '../setting-fault.ts';
import { isYes, wordOf, type HermesSettings } from './settings.ts';

export interface PlatformRules {
  readonly link: LinkName;
  /** Below `platforms` of config.yaml; the first is today's. */
  readonly keys: readonly string[];
  readonly id: { readonly variable: string; readonly key: string; readonly form: RegExp };
  readonly secret: { readonly variable: string; readonly key: string };
  readonly allowed: { readonly users: readonly string[]; readonly everybody: string };
  /** Variables that take one of a few words. */
  readonly words: Readonly<Record<string, readonly string[]>>;
}

const POLICIES = ['open', 'allowlist', 'disabled', 'pairing'];

export const PLATFORMS: readonly PlatformRules[] = [
  {
    link: 'feishu',
    keys: ['feishu'],
    id: { variable: 'FEISHU_APP_ID', key: 'app_id', form: /^cli_[0-9a-fA-F]{16}$/ },
    secret: { variable: 'FEISHU_APP_SECRET', key: 'app_secret' },
    allowed: { users: ['FEISHU_ALLOWED_USERS'], everybody: 'FEISHU_ALLOW_ALL_USERS' },
    words: { FEISHU_CONNECTION_MODE: ['websocket', 'webhook'], FEISHU_DOMAIN: ['feishu', 'lark'] },
  },
  {
    link: 'qqbot',
    keys: ['qqbot', 'qq'],
    id: { variable: 'QQ_APP_ID', key: 'app_id', form: /^\d{6,}$/ },
    secret: { variable: 'QQ_CLIENT_SECRET', key: 'client_secret' },
    allowed: { users: ['QQ_ALLOWED_USERS'], everybody: 'QQ_ALLOW_ALL_USERS' },
    words: {},
  },
];

const EVERYBODY = 'GATEWAY_ALLOW_ALL_USERS';

export const lintPlatform = (rules: PlatformRules, settings: HermesSettings): readonly SettingFault[] => {
  const { link, id, secret, words } = rules;
  const { variables } = settings;
  const section = rules.keys.find((key) => settings.key('platforms', key) !== undefined) ?? rules.keys[0] ?? '';
  const extra = (key: string): unknown => settings.key('platforms', section, 'extra', key);
  const switchedOff = settings.key('platforms', section, 'enabled') === false;
  const value = ({ variable, key }: { readonly variable: string; readonly key: string }): string | null =>
    wordOf(variables.get(variable)) ?? wordOf(extra(key));
  const [appId, appSecret] = [value(id), value(secret)];
  // A platform that nobody set up has nothing wrong about it.
  if (switchedOff || (appId === null && appSecret === null)) return [];

  const faults: SettingFault[] = [];
  const credentials = [
    { ...id, word: appId },
    { ...secret, word: appSecret },
  ];
  for (const { variable, word } of credentials) {
    if (word === null) faults.push({ code: 'setting_missing', link, name: variable });
    else if (isPlaceholder(word)) faults.push({ code: 'setting_placeholder', link, name: variable });
    else if (variable === id.variable && !id.form.test(word))
      faults.push({ code: 'setting_app_id', link, name: variable });
  }
  for (const { variable, key } of [id, secret]) {
    const [here, there] = [wordOf(variables.get(variable)), wordOf(extra(key))];
    if (here !== null && there !== null && here !== there)
      faults.push({ code: 'setting_conflict', link, name: variable, key: `platforms.${section}.extra.${key}` });
  }
  for (const [name, allowed] of Object.entries(words)) {
    const word = wordOf(variables.get(name));
    if (word !== null && !allowed.includes(word.toLowerCase()))
      faults.push({ code: 'setting_unknown', link, name, value: word, allowed });
  }
  return [
    ...faults,
    ...webhook(rules, settings),
    ...accessFaults(rules, settings, (key) => extra(key) ?? settings.key('platforms', section, key)),
  ];
};

const webhook = ({ link }: PlatformRules, { variables }: HermesSettings): readonly SettingFault[] => {
  if (link !== 'feishu' || variables.get('FEISHU_CONNECTION_MODE')?.toLowerCase() !== 'webhook') return [];
  const hasToken = ['FEISHU_VERIFICATION_TOKEN', 'FEISHU_ENCRYPT_KEY'].some(
    (name) => wordOf(variables.get(name)) !== null,
  );
  return [{ code: hasToken ? 'setting_webhook_mode' : 'setting_webhook_token', link }];
};

/** Returns the faults in the settings that say whose messages the gateway takes. */
const accessFaults = (
  { link, allowed }: PlatformRules,
  { variables }: HermesSettings,
  key: (name: string) => unknown,
): readonly SettingFault[] => {
  const consent = [allowed.everybody, EVERYBODY].some((name) => isYes(variables.get(name)));
  const lists = {
    dm_policy: ['allow_from', ...allowed.users, 'GATEWAY_ALLOWED_USERS'],
    group_policy: ['group_allow_from', 'QQ_GROUP_ALLOWED_USERS', ...allowed.users],
  };
  const policies = {
    dm_policy: wordOf(key('dm_policy'))?.toLowerCase() ?? null,
    group_policy: wordOf(key('group_policy'))?.toLowerCase() ?? null,
  };
  const faults: SettingFault[] = [];
  for (const name of ['dm_policy', 'group_policy'] as const) {
    const policy = policies[name];
    if (policy === null) continue;
    if (!POLICIES.includes(policy))
      faults.push({ code: 'setting_unknown', link, name, value: policy, allowed: POLICIES });
    if (policy === 'open' && !consent) faults.push({ code: 'setting_open', link, name, consent: allowed.everybody });
    const somebody = lists[name].some((list) => isSomebody(list.includes('_from') ? key(list) : variables.get(list)));
    // In a group others may still be let in one by one; to write to it alone nobody is.
    if (name === 'dm_policy' && policy === 'allowlist' && !somebody && !consent)
      faults.push({ code: 'setting_nobody', link, name });
  }
  if (policies.dm_policy === 'disabled' && policies.group_policy === 'disabled')
    faults.push({ code: 'setting_nobody', link, name: 'dm_policy' });
  return faults;
};

const isSomebody = (list: unknown): boolean => (Array.isArray(list) ? list.length > 0 : wordOf(list) !== null);
