/**
 * Warnings: what works but should not stay so. The log has them in English, `lifeline config check` in the operator's
 * language.
 */
import type { Config } from './config.ts';

export type ConfigWarning =
  | { readonly code: 'no_channel' }
  | { readonly code: 'no_operators' }
  | { readonly code: 'operator_unreachable'; readonly name: string; readonly index: number }
  | { readonly code: 'exposed_secret'; readonly file: string }
  | { readonly code: 'exposed_config'; readonly file: string };

type Sentences = {
  readonly [Code in ConfigWarning['code']]: (warning: Extract<ConfigWarning, { code: Code }>) => string;
};

const SENTENCES = {
  'zh-CN': {
    no_channel: () => '没有配置任何通道：谁也收不到告警',
    no_operators: () => '没有操作员：没有人能下命令，也没有人收告警',
    operator_unreachable: ({ name }) => `操作员 ${name} 在已配置的通道上没有 id，什么也收不到`,
    exposed_secret: ({ file }) => `别人能读密钥文件 ${file}；运行：chmod 600 ${file}`,
    exposed_config: ({ file }) => `别人能读 ${file}，里面有密钥；运行：chmod 600 ${file}`,
  },
  en: {
    no_channel: () => 'no channel is set up: nobody can be told anything',
    no_operators: () => 'there are no operators: nobody may command, and nobody gets alerts',
    operator_unreachable: ({ name }) => `operator ${name} has no id on a channel that is set up and hears nothing`,
    exposed_secret: ({ file }) => `others can read the secret file ${file}; run: chmod 600 ${file}`,
    exposed_config: ({ file }) => `others can read ${file}, and there is a secret in it; run: chmod 600 ${file}`,
  },
} satisfies Record<Config['locale'], Sentences>;

export const warningText = (warning: ConfigWarning, locale: Config['locale'] = 'en'): string =>
  // Each code's sentence takes that code's facts, which TypeScript cannot follow through the table.
  (SENTENCES[locale][warning.code] as (warning: ConfigWarning) => string)(warning);

interface Paired {
  readonly name: string;
  readonly channel: string;
}

/**
 * Whether a warning about the people of the configuration is not true: those who were paired from the phone stand
 * elsewhere.
 */
export const isOvertaken = (
  warning: ConfigWarning,
  paired: readonly Paired[],
  channels: Config['channels'],
): boolean => {
  const reachable = paired.filter(({ channel }) => Object.hasOwn(channels, channel));
  switch (warning.code) {
    case 'no_operators':
      return paired.length > 0;
    case 'operator_unreachable':
      return reachable.some(({ name }) => name === warning.name);
    case 'no_channel':
    case 'exposed_secret':
    case 'exposed_config':
      return false;
  }
};

/** The sentences of the configuration's warnings that are true with these people. */
export const trueWarnings = (
  { warnings, operators, channels }: Pick<Config, 'warnings' | 'operators' | 'channels'>,
  paired: readonly Paired[],
): readonly string[] => {
  const aboutPeople: readonly ConfigWarning[] = [
    { code: 'no_operators' },
    ...operators.map(({ name }, index) => ({ code: 'operator_unreachable', name, index }) as const),
  ];
  const untrue = new Set(
    aboutPeople.filter((warning) => isOvertaken(warning, paired, channels)).map((warning) => warningText(warning)),
  );
  return warnings.filter((sentence) => !untrue.has(sentence));
};
