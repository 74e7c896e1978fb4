/** The settings of one account of a channel: its bot's credentials, its mode, and whom it lets in. */
import { isPlaceholder } from '../placeholder.ts';
import type { SettingFault } from '../setting-fault.ts';
import { isReference } from './access.ts';
import type { Account, ExaminedChannel } from './accounts.ts';
import { wordOf } from './config-file.ts';

interface CredentialRule {
  readonly key: string;
  readonly variable: string;
  /** Null: it has none of its own. */
  readonly form: RegExp | null;
}

export const CREDENTIALS: Readonly<Record<ExaminedChannel, readonly [CredentialRule, CredentialRule]>> = {
  feishu: [
    { key: 'appId', variable: 'FEISHU_APP_ID', form: /^cli_[0-9a-fA-F]{16}$/ },
    { key: 'appSecret', variable: 'FEISHU_APP_SECRET', form: null },
  ],
  qqbot: [
    { key: 'appId', variable: 'QQBOT_APP_ID', form: /^\d{6,}$/ },
    { key: 'clientSecret', variable: 'QQBOT_CLIENT_SECRET', form: null },
  ],
};

const MODES = ['websocket', 'webhook'];

export const lintAccount = (
  channel: ExaminedChannel,
  { link, settings, path }: Account,
  env: ReadonlyMap<string, string>,
): readonly SettingFault[] => {
  const faults: SettingFault[] = [];
  const isThere = ({ key, variable }: CredentialRule): boolean =>
    wordOf(settings[key]) !== null || isReference(settings[key]) || (env.get(variable) ?? '') !== '';
  const misnamed =
    channel === 'qqbot' &&
    settings['appSecret'] !== undefined &&
    !isThere(CREDENTIALS.qqbot[1]) &&
    settings['clientSecretFile'] === undefined;
  if (misnamed) faults.push({ code: 'setting_misnamed', link, name: `${path}.appSecret`, right: 'clientSecret' });
  // A channel that nobody set up has nothing wrong about it.
  const isSetUp = misnamed || CREDENTIALS[channel].some(isThere);
  for (const rule of isSetUp ? CREDENTIALS[channel] : []) {
    const name = `${path}.${rule.key}`;
    const word = isReference(settings[rule.key]) ? null : wordOf(settings[rule.key]);
    if (!isThere(rule)) {
      const elsewhere = rule.key === 'clientSecret' && (misnamed || settings['clientSecretFile'] !== undefined);
      if (!elsewhere) faults.push({ code: 'setting_missing', link, name });
    } else if (word !== null && isPlaceholder(word)) faults.push({ code: 'setting_placeholder', link, name });
    else if (word !== null && rule.form?.test(word) === false) faults.push({ code: 'setting_app_id', link, name });
  }
  return [
    ...faults,
    ...(isSetUp
      ? [...modeFaults(channel, { link, settings, path }), ...accessFaults(channel, { link, settings, path })]
      : []),
  ];
};

type Part = Pick<Account, 'link' | 'settings' | 'path'>;

const modeFaults = (channel: ExaminedChannel, { link, settings, path }: Part): readonly SettingFault[] => {
  const mode = wordOf(settings['connectionMode']);
  if (channel !== 'feishu' || mode === null || mode === 'websocket') return [];
  return mode === 'webhook'
    ? [{ code: 'setting_webhook_mode', link }]
    : [{ code: 'setting_unknown', link, name: `${path}.connectionMode`, value: mode.slice(0, 40), allowed: MODES }];
};

const accessFaults = (channel: ExaminedChannel, { link, settings, path }: Part): readonly SettingFault[] => {
  const { dmPolicy, allowFrom } = settings;
  const list = Array.isArray(allowFrom) ? (allowFrom as readonly unknown[]) : [];
  const faults: SettingFault[] = [];
  // Its schema refuses that, and the gateway then does not start (docs/facts/openclaw.md 1.5).
  if (channel === 'qqbot' && list.includes('*'))
    faults.push({ code: 'setting_everybody', link, name: `${path}.allowFrom` });
  if (dmPolicy === 'disabled' || (dmPolicy === 'allowlist' && list.length === 0))
    faults.push({ code: 'setting_nobody', link, name: `${path}.dmPolicy` });
  return faults;
};
