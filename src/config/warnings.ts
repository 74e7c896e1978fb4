/** What works but should not stay so, with what to do about it. The log has it in English. */
import { suggest } from '../base/suggest.ts';
import { PERSONAL_CHANNELS } from './names.ts';
import type { Parsed } from './schema.ts';
import type { Both } from './section.ts';

export interface ConfigWarning {
  readonly code:
    | 'no_channel'
    | 'hub_without_chat'
    | 'no_operators'
    | 'operator_unreachable'
    | 'route_unknown'
    | 'step_unknown'
    | 'member_unknown'
    | 'gateway_unseen'
    | 'exposed_secret'
    | 'exposed_config';
  /** Null: it is about the file as a whole. */
  readonly path: readonly PropertyKey[] | null;
  readonly what: Both;
  readonly todo: Both | null;
  /** The file that others can read; null: it is about none. */
  readonly file: string | null;
  /** Whether it is true beside those who were paired from the phone: they do not stand in the configuration. */
  readonly holds: (paired: readonly Paired[]) => boolean;
}

interface Paired {
  readonly name: string;
  readonly channel: string;
}

export const exposedSecret = (file: string): ConfigWarning => ({
  code: 'exposed_secret',
  path: null,
  what: {
    'zh-CN': `别人能读密钥文件 ${file}；运行：chmod 600 ${file}`,
    en: `others can read the secret file ${file}; run: chmod 600 ${file}`,
  },
  todo: null,
  file,
  holds: () => true,
});

export const exposedConfig = (file: string): ConfigWarning => ({
  ...exposedSecret(file),
  code: 'exposed_config',
  what: {
    'zh-CN': `别人能读 ${file}，里面有密钥；运行：chmod 600 ${file}`,
    en: `others can read ${file}, and there is a secret in it; run: chmod 600 ${file}`,
  },
});

type Warn = (
  code: ConfigWarning['code'],
  path: ConfigWarning['path'],
  what: Both,
  todo: Both,
  holds?: ConfigWarning['holds'],
) => void;

export const warningsOf = (parsed: Parsed): readonly ConfigWarning[] => {
  const found: ConfigWarning[] = [];
  const warn: Warn = (code, path, what, todo, holds = () => true) =>
    void found.push({ code, path, what, todo, file: null, holds });
  aboutChannels(parsed, warn);
  aboutNames(parsed, warn);
  aboutGateways(parsed, warn);
  return found;
};

const aboutChannels = ({ channels, operators, fleet }: Parsed, warn: Warn): void => {
  const chats = PERSONAL_CHANNELS.filter((channel) => channels[channel] !== undefined);
  const hasWebhook = channels.webhook !== undefined;
  // The hub of a fleet has the channels and the people.
  const isAlone = fleet === null || fleet.hub;
  if (chats.length === 0 && !hasWebhook && isAlone)
    warn(
      'no_channel',
      ['channels'],
      { 'zh-CN': '没有配置任何通道：谁也收不到告警', en: 'no channel is set up: nobody can be told anything' },
      {
        'zh-CN': '运行 lifeline init，或者在 channels 下写 feishu 或 qq',
        en: 'run lifeline init, or write feishu or qq under channels',
      },
    );
  if (chats.length === 0 && hasWebhook && fleet?.hub === true)
    warn(
      'hub_without_chat',
      ['channels'],
      {
        'zh-CN': '中枢只有 webhook：能告警，但没有人能问它、给它下命令',
        en: 'this hub has a webhook only: it tells, and nobody can ask or command it',
      },
      {
        'zh-CN': '在 channels 下再写 feishu 或 qq，并在 operators 里写上 id',
        en: 'write feishu or qq under channels too, and the ids under operators',
      },
    );
  if (operators.length === 0 && isAlone)
    warn(
      'no_operators',
      ['operators'],
      {
        'zh-CN': `没有操作员：没有人能下命令，${hasWebhook ? '告警只发到群机器人' : '也没有人收告警'}`,
        en: `there are no operators: nobody may command, and ${hasWebhook ? 'alerts go to the webhook alone' : 'nobody gets alerts'}`,
      },
      chats.length > 0
        ? { 'zh-CN': '运行 lifeline pair，用手机配对', en: 'run lifeline pair, and pair your phone' }
        : // A code can be sent to Feishu and QQ alone.
          {
            'zh-CN': '先配置飞书或 QQ：运行 lifeline init，或者在 channels 下写 feishu 或 qq；再运行 lifeline pair',
            en: 'set up Feishu or QQ first: run lifeline init, or write feishu or qq under channels; then run lifeline pair',
          },
      (paired) => paired.length === 0,
    );
  for (const [index, operator] of operators.entries())
    if (chats.length > 0 && chats.every((channel) => operator[channel] === undefined))
      warn(
        'operator_unreachable',
        ['operators', index],
        {
          'zh-CN': `操作员 ${operator.name} 在已配置的通道上没有 id，什么也收不到`,
          en: `operator ${operator.name} has no id on a channel that is set up and hears nothing`,
        },
        {
          'zh-CN': '写上他在已配置通道上的 id，或者让他用 lifeline pair 配对',
          en: 'add the id on a channel that is set up, or pair with lifeline pair',
        },
        (paired) => !paired.some(({ name, channel }) => name === operator.name && Object.hasOwn(channels, channel)),
      );
};

/** Names that nobody has whom the file has. */
const aboutNames = ({ operators, groups, alerts }: Parsed, warn: Warn): void => {
  const people = operators.map(({ name }) => name);
  const all = [...people, ...groups.map(({ name }) => name)];
  const check = (
    code: ConfigWarning['code'],
    path: readonly PropertyKey[],
    name: string,
    [known, who]: readonly [readonly string[], Both],
    what: Both,
  ): void => {
    if (known.includes(name)) return;
    const near = suggest(name, known);
    warn(
      code,
      path,
      {
        'zh-CN': `${what['zh-CN']}${near === null ? '' : `（是不是 ${near}？）`}`,
        en: `${what.en}${near === null ? '' : ` (did you mean ${near}?)`}`,
      },
      {
        'zh-CN': `改成${who['zh-CN']}的名字，或者用 lifeline pair 让他配对`,
        en: `write the name of ${who.en}, or pair somebody of that name with lifeline pair`,
      },
      (paired) => !paired.some((each) => each.name === name),
    );
  };
  const anybody = [all, { 'zh-CN': '操作员或群', en: 'an operator or a group' }] as const;
  for (const [route, { to }] of alerts.routes.entries())
    for (const [index, name] of to.entries())
      check('route_unknown', ['alerts', 'routes', route, 'to', index], name, anybody, {
        'zh-CN': `alerts.routes[${route}] 里的 ${name} 谁也不是；只有他能收到的告警会发给所有人`,
        en: `alerts.routes[${route}] names ${name}, and nobody is called so; alerts that only they would get go to everybody`,
      });
  for (const [step, { to = [] }] of (alerts.escalation?.steps ?? []).entries())
    for (const [index, name] of to.entries())
      check('step_unknown', ['alerts', 'escalation', 'steps', step, 'to', index], name, anybody, {
        'zh-CN': `alerts.escalation.steps[${step}] 里的 ${name} 谁也不是；这一步只有他的话，会告诉所有人`,
        en: `alerts.escalation.steps[${step}] names ${name}, and nobody is called so; a step that names only them tells everybody`,
      });
  const member = [people, { 'zh-CN': '操作员', en: 'an operator' }] as const;
  for (const [group, { members = {} }] of groups.entries())
    for (const name of Object.keys(members))
      check('member_unknown', ['groups', group, 'members', name], name, member, {
        'zh-CN': `groups[${group}].members 里的 ${name} 谁也不是；这个 id 在群里是陌生人`,
        en: `groups[${group}].members names ${name}, and nobody is called so; that id is a stranger in the group`,
      });
};

const aboutGateways = ({ gateways, operators }: Parsed, warn: Warn): void => {
  const bounded = operators.filter((each) => each.gateways !== undefined).map(({ name }) => name);
  for (const [index, { name }] of gateways.entries())
    if (operators.length > 0 && !operators.some((each) => each.gateways?.includes(name) ?? true))
      warn(
        'gateway_unseen',
        ['gateways', index],
        {
          'zh-CN': `没有操作员管网关 ${name}，它的告警发给所有人`,
          en: `no operator has the gateway ${name}; its alerts go to everybody`,
        },
        { 'zh-CN': '给某个操作员的 gateways 加上它', en: 'add it to the gateways of an operator' },
        // Who was paired under another name has all gateways.
        (paired) => paired.every((each) => bounded.includes(each.name)),
      );
};
