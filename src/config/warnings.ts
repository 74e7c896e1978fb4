/**
 * Warnings: what works but should not stay so. The log has them in English, `lifeline config check` in the operator's
 * language.
 */
import type { Config } from './config.ts';

export type ConfigWarning =
  | { readonly code: 'no_channel' }
  | { readonly code: 'no_operators' }
  | { readonly code: 'operator_unreachable'; readonly name: string; readonly index: number }
  /** Nobody whom the file has is called so. */
  | { readonly code: 'route_unknown'; readonly name: string; readonly route: number; readonly index: number }
  /** All operators have other gateways. */
  | { readonly code: 'gateway_unseen'; readonly gateway: string; readonly index: number }
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
    route_unknown: ({ name, route }) => `alerts.routes[${route}] 里的 ${name} 谁也不是；只有他能收到的告警会发给所有人`,
    gateway_unseen: ({ gateway }) => `没有操作员管网关 ${gateway}，它的告警发给所有人`,
    exposed_secret: ({ file }) => `别人能读密钥文件 ${file}；运行：chmod 600 ${file}`,
    exposed_config: ({ file }) => `别人能读 ${file}，里面有密钥；运行：chmod 600 ${file}`,
  },
  en: {
    no_channel: () => 'no channel is set up: nobody can be told anything',
    no_operators: () => 'there are no operators: nobody may command, and nobody gets alerts',
    operator_unreachable: ({ name }) => `operator ${name} has no id on a channel that is set up and hears nothing`,
    route_unknown: ({ name, route }) =>
      `alerts.routes[${route}] names ${name}, and nobody is called so; alerts that only they would get go to everybody`,
    gateway_unseen: ({ gateway }) => `no operator has the gateway ${gateway}; its alerts go to everybody`,
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
  { channels, operators }: Pick<Config, 'channels' | 'operators'>,
): boolean => {
  const bounded = operators.filter(({ gateways }) => gateways !== undefined).map(({ name }) => name);
  const reachable = paired.filter(({ channel }) => Object.hasOwn(channels, channel));
  switch (warning.code) {
    case 'no_operators':
      return paired.length > 0;
    case 'operator_unreachable':
      return reachable.some(({ name }) => name === warning.name);
    case 'route_unknown':
      return paired.some(({ name }) => name === warning.name);
    case 'gateway_unseen':
      // Who was paired under another name has all gateways.
      return paired.some(({ name }) => !bounded.includes(name));
    case 'no_channel':
    case 'exposed_secret':
    case 'exposed_config':
      return false;
  }
};

/** The sentences of the configuration's warnings that are true with these people. */
export const trueWarnings = (
  config: Pick<Config, 'warnings' | 'operators' | 'channels' | 'gateways' | 'alerts'>,
  paired: readonly Paired[],
): readonly string[] => {
  const { warnings, operators, gateways, alerts } = config;
  const aboutPeople: readonly ConfigWarning[] = [
    { code: 'no_operators' },
    ...operators.map(({ name }, index) => ({ code: 'operator_unreachable', name, index }) as const),
    ...alerts.routes.flatMap(({ to }, route) =>
      to.map((name, index) => ({ code: 'route_unknown', name, route, index }) as const),
    ),
    ...gateways.map(({ name }, index) => ({ code: 'gateway_unseen', gateway: name, index }) as const),
  ];
  const untrue = new Set(
    aboutPeople.filter((warning) => isOvertaken(warning, paired, config)).map((warning) => warningText(warning)),
  );
  return warnings.filter((sentence) => !untrue.has(sentence));
};
