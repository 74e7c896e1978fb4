/**
 * Warnings: what works but should not stay so. The log has them in English, `lifeline config check` in the operator's
 * language.
 */
import { suggest } from '../base/suggest.ts';
import { PERSONAL_CHANNELS, type Config } from './config.ts';
import type { Parsed } from './schema.ts';

export type ConfigWarning =
  | { readonly code: 'no_channel' }
  /** A hub that nobody can ask. */
  | { readonly code: 'hub_without_chat' }
  /** `webhook`: that gets alerts all the same. */
  | { readonly code: 'no_operators'; readonly webhook: boolean; readonly pairable: boolean }
  | { readonly code: 'operator_unreachable'; readonly name: string; readonly index: number }
  /** Nobody whom the file has is called so. `near`: who may be meant. */
  | ({ readonly code: 'route_unknown'; readonly route: number; readonly index: number } & NamedPerson)
  | ({ readonly code: 'step_unknown'; readonly step: number; readonly index: number } & NamedPerson)
  | ({ readonly code: 'member_unknown'; readonly group: number } & NamedPerson)
  /** All operators have other gateways. */
  | { readonly code: 'gateway_unseen'; readonly gateway: string; readonly index: number }
  | { readonly code: 'exposed_secret'; readonly file: string }
  | { readonly code: 'exposed_config'; readonly file: string };

interface NamedPerson {
  readonly name: string;
  readonly near: string | null;
}

type Unknown = Extract<ConfigWarning, NamedPerson>;

interface NamingStep {
  readonly to?: readonly string[] | undefined;
  /** What is done instead of telling anybody. */
  readonly urgent?: unknown;
}

/** Where people and groups are named: in the file as it is written, and in the configuration that was made of it. */
export interface NamingConfig {
  readonly operators: readonly { readonly name: string }[];
  readonly groups: readonly {
    readonly name: string;
    readonly members?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly alerts: {
    readonly routes: readonly { readonly to: readonly string[] }[];
    readonly escalation?: { readonly steps: readonly NamingStep[] } | null | undefined;
  };
}

/** @returns a warning for each name that is used, as if nobody were called so. */
const namesUsed = ({ operators, groups, alerts }: NamingConfig): readonly Unknown[] => {
  const people = operators.map(({ name }) => name);
  const all = [...people, ...groups.map(({ name }) => name)];
  return [
    ...alerts.routes.flatMap(({ to }, route) =>
      to.map((name, index): Unknown => ({ code: 'route_unknown', name, near: suggest(name, all), route, index })),
    ),
    ...(alerts.escalation?.steps ?? []).flatMap(({ to = [] }, step) =>
      to.map((name, index): Unknown => ({ code: 'step_unknown', name, near: suggest(name, all), step, index })),
    ),
    ...groups.flatMap(({ members = {} }, group) =>
      Object.keys(members).map((name): Unknown => ({
        code: 'member_unknown',
        name,
        near: suggest(name, people),
        group,
      })),
    ),
  ];
};

/** @returns a warning for each name that is nobody's whom the file has. */
export const unknownNames = (config: NamingConfig): readonly Unknown[] => {
  const { operators, groups } = config;
  const isKnown = ({ code, name }: Unknown): boolean =>
    operators.some((each) => each.name === name) ||
    (code !== 'member_unknown' && groups.some((each) => each.name === name));
  return namesUsed(config).filter((warning) => !isKnown(warning));
};

/** @returns what works, and should not stay so. */
export const warningsOf = ({
  channels,
  operators,
  fleet,
  groups,
  gateways,
  alerts,
}: Parsed): readonly ConfigWarning[] => {
  const configured = PERSONAL_CHANNELS.filter((channel) => channels[channel] !== undefined);
  const unreachable = operators.flatMap((operator, index) =>
    configured.every((channel) => operator[channel] === undefined)
      ? [{ code: 'operator_unreachable', name: operator.name, index } as const]
      : [],
  );
  // The hub of a fleet has the channels and the people.
  const isAlone = fleet === null || fleet.hub;
  return [
    ...(configured.length === 0 && channels.webhook === undefined && isAlone ? [{ code: 'no_channel' } as const] : []),
    ...(configured.length === 0 && channels.webhook !== undefined && fleet?.hub === true
      ? [{ code: 'hub_without_chat' } as const]
      : []),
    ...(operators.length === 0 && isAlone
      ? [{ code: 'no_operators', webhook: channels.webhook !== undefined, pairable: configured.length > 0 } as const]
      : []),
    ...(configured.length > 0 ? unreachable : []),
    ...unknownNames({ operators, groups, alerts }),
    ...gateways.flatMap(({ name }, index) =>
      operators.length === 0 || operators.some((each) => each.gateways?.includes(name) ?? true)
        ? []
        : [{ code: 'gateway_unseen', gateway: name, index } as const],
    ),
  ];
};

const near = (name: string | null, before: string, after: string): string =>
  name === null ? '' : `${before}${name}${after}`;

type Sentences = {
  readonly [Code in ConfigWarning['code']]: (warning: Extract<ConfigWarning, { code: Code }>) => string;
};

const SENTENCES = {
  'zh-CN': {
    no_channel: () => '没有配置任何通道：谁也收不到告警',
    hub_without_chat: () => '中枢只有 webhook：能告警，但没有人能问它、给它下命令',
    no_operators: ({ webhook }) =>
      webhook ? '没有操作员：没有人能下命令，告警只发到群机器人' : '没有操作员：没有人能下命令，也没有人收告警',
    operator_unreachable: ({ name }) => `操作员 ${name} 在已配置的通道上没有 id，什么也收不到`,
    route_unknown: ({ name, route, near: other }) =>
      `alerts.routes[${route}] 里的 ${name} 谁也不是；只有他能收到的告警会发给所有人${near(other, '（是不是 ', '？）')}`,
    step_unknown: ({ name, step, near: other }) =>
      `alerts.escalation.steps[${step}] 里的 ${name} 谁也不是；这一步只有他的话，会告诉所有人${near(other, '（是不是 ', '？）')}`,
    member_unknown: ({ name, group, near: other }) =>
      `groups[${group}].members 里的 ${name} 谁也不是；这个 id 在群里是陌生人${near(other, '（是不是 ', '？）')}`,
    gateway_unseen: ({ gateway }) => `没有操作员管网关 ${gateway}，它的告警发给所有人`,
    exposed_secret: ({ file }) => `别人能读密钥文件 ${file}；运行：chmod 600 ${file}`,
    exposed_config: ({ file }) => `别人能读 ${file}，里面有密钥；运行：chmod 600 ${file}`,
  },
  en: {
    no_channel: () => 'no channel is set up: nobody can be told anything',
    hub_without_chat: () => 'this hub has a webhook only: it tells, and nobody can ask or command it',
    no_operators: ({ webhook }) =>
      `there are no operators: nobody may command, and ${webhook ? 'alerts go to the webhook alone' : 'nobody gets alerts'}`,
    operator_unreachable: ({ name }) => `operator ${name} has no id on a channel that is set up and hears nothing`,
    route_unknown: ({ name, route, near: other }) =>
      `alerts.routes[${route}] names ${name}, and nobody is called so; alerts that only they would get go to everybody${near(other, ' (did you mean ', '?)')}`,
    step_unknown: ({ name, step, near: other }) =>
      `alerts.escalation.steps[${step}] names ${name}, and nobody is called so; a step that names only them tells everybody${near(other, ' (did you mean ', '?)')}`,
    member_unknown: ({ name, group, near: other }) =>
      `groups[${group}].members names ${name}, and nobody is called so; that id is a stranger in the group${near(other, ' (did you mean ', '?)')}`,
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
    case 'step_unknown':
    case 'member_unknown':
      return paired.some(({ name }) => name === warning.name);
    case 'gateway_unseen':
      // Who was paired under another name has all gateways.
      return paired.some(({ name }) => !bounded.includes(name));
    case 'no_channel':
    case 'hub_without_chat':
    case 'exposed_secret':
    case 'exposed_config':
      return false;
  }
};

/** The sentences of the configuration's warnings that are true with these people. */
export const trueWarnings = (
  config: Pick<Config, 'warnings' | 'operators' | 'channels' | 'gateways' | 'groups' | 'alerts'>,
  paired: readonly Paired[],
): readonly string[] => {
  const { warnings, operators, gateways } = config;
  const aboutPeople: readonly ConfigWarning[] = [
    { code: 'no_operators', webhook: config.channels.webhook !== undefined, pairable: true },
    ...operators.map(({ name }, index) => ({ code: 'operator_unreachable', name, index }) as const),
    ...namesUsed(config),
    ...gateways.map(({ name }, index) => ({ code: 'gateway_unseen', gateway: name, index }) as const),
  ];
  const untrue = new Set(
    aboutPeople.filter((warning) => isOvertaken(warning, paired, config)).map((warning) => warningText(warning)),
  );
  return warnings.filter((sentence) => !untrue.has(sentence));
};
