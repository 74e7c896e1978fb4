/** The settings of the platforms that have facts of their own (docs/facts/platforms.md 3.9). */
import { isPlaceholder } from '../placeholder.ts';
import { PLATFORMS } from '../platforms/index.ts';
import type { Platform, SettingRule } from '../platforms/platform.ts';
import type { SettingFault } from '../setting-fault.ts';
import { wordOf, type HermesSettings } from './settings.ts';

export const lintOtherPlatforms = (settings: HermesSettings): readonly SettingFault[] =>
  PLATFORMS.flatMap((platform) => lintOne(platform, settings));

const lintOne = ({ link, hermes }: Platform, settings: HermesSettings): readonly SettingFault[] => {
  const rules = hermes?.settings ?? [];
  const variable = (name: string): string | null => wordOf(settings.variables.get(name));
  const inConfig = ({ key }: SettingRule): string | null =>
    key === undefined ? null : wordOf(settings.key('platforms', link, ...key));
  const valueOf = (rule: SettingRule): string | null =>
    (rule.variable === null ? null : variable(rule.variable)) ?? inConfig(rule);
  const isAlways = ({ optional, onlyWith }: SettingRule): boolean => optional === undefined && onlyWith === undefined;
  // A platform that nobody set up, or that is switched off, has nothing wrong about it.
  const isSetUp = rules.some((rule) => isAlways(rule) && valueOf(rule) !== null);
  if (!isSetUp || settings.key('platforms', link, 'enabled') === false) return [];

  return rules.flatMap((rule): readonly SettingFault[] => {
    const name = rule.variable ?? ['platforms', link, ...(rule.key ?? [])].join('.');
    const value = valueOf(rule);
    if (value === null) return isNeeded(rule, variable) ? [{ code: 'setting_missing', link, name }] : [];
    if (isPlaceholder(value)) return [{ code: 'setting_placeholder', link, name }];
    if (rule.form?.pattern.test(value) === false)
      return [{ code: 'setting_form', link, name, example: rule.form.example }];
    const there = inConfig(rule);
    return there === null || there === value || rule.variable === null
      ? []
      : [{ code: 'setting_conflict', link, name, key: ['platforms', link, ...(rule.key ?? [])].join('.') }];
  });
};

const isNeeded = ({ optional, onlyWith, or }: SettingRule, variable: (name: string) => string | null): boolean => {
  if (optional) return false;
  if (onlyWith !== undefined) return variable(onlyWith) !== null;
  return or === undefined || variable(or) === null;
};
