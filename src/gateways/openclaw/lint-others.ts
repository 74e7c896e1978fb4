/** The settings of the channels that have facts of their own (docs/facts/platforms.md 5.8). */
import type { Section } from '../../base/parsed-section.ts';
import { isPlaceholder } from '../placeholder.ts';
import { PLATFORMS } from '../platforms/index.ts';
import type { ChannelKeyRule } from '../platforms/platform.ts';
import type { SettingFault } from '../setting-fault.ts';
import { isReference } from './access.ts';
import { accountsOf, type Account } from './accounts.ts';
import { wordOf } from './config-file.ts';

type Variables = ReadonlyMap<string, string>;

const NONE: Variables = new Map();

/** The variables that stand for keys of those channels. */
export const CHANNEL_VARIABLES: readonly string[] = PLATFORMS.flatMap(({ openclaw }) =>
  (openclaw?.keys ?? []).flatMap(({ variable }) => variable ?? []),
);

export const lintOtherChannels = (root: Section, env: Variables): readonly SettingFault[] =>
  PLATFORMS.flatMap(({ link, openclaw }) => {
    const keys = openclaw?.keys ?? [];
    if (keys.length === 0) return [];
    return accountsOf(root, link)
      .filter(({ settings }) => settings['enabled'] !== false)
      .flatMap((account) => lintOne(account, keys, account.link === link ? env : NONE));
  });

const lintOne = (
  { link, settings, path }: Account,
  rules: readonly ChannelKeyRule[],
  env: Variables,
): readonly SettingFault[] => {
  const stands = (key: string): boolean => wordOf(settings[key]) !== null || isReference(settings[key]);
  const isThere = ({ key, variable = '' }: ChannelKeyRule): boolean => stands(key) || (env.get(variable) ?? '') !== '';
  // A channel that nobody set up has nothing wrong about it.
  if (!rules.some(isThere)) return [];

  return rules.flatMap((rule): readonly SettingFault[] => {
    const name = `${path}.${rule.key}`;
    if (!isThere(rule)) return isNeeded(rule, settings, stands) ? [{ code: 'setting_missing', link, name }] : [];
    const word = isReference(settings[rule.key]) ? null : wordOf(settings[rule.key]);
    if (word === null) return [];
    if (isPlaceholder(word)) return [{ code: 'setting_placeholder', link, name }];
    return rule.form?.pattern.test(word) === false
      ? [{ code: 'setting_form', link, name, example: rule.form.example }]
      : [];
  });
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
