/** What `lifeline config check` says. */
import type { Config, HealMode, UrgentWay } from '../../config/config.ts';
import type { Severity } from '../../incidents/incident.ts';
import type { Texts } from '../locale.ts';

/** Why somebody is told of an alert, as `Recipients` of the routes has it. */
type WhyTold = 'routes' | 'no_route' | 'nobody' | 'only_qq_group' | 'no_one_may_see';

const NOT_ROUTED = {
  'zh-CN': {
    routes: '',
    no_route: '（没有一条路由符合，发给所有人）',
    nobody: '（路由里的人收不到，发给所有人）',
    only_qq_group: '（不能只发 QQ 群，也发给所有人）',
    no_one_may_see: '（没有操作员管它，发给所有人）',
  },
  en: {
    routes: '',
    no_route: ' (no route fits it: everybody)',
    nobody: ' (those in the routes cannot be told: everybody)',
    only_qq_group: ' (a QQ group is never the only way: everybody as well)',
    no_one_may_see: ' (no operator has this gateway: everybody)',
  },
} satisfies Texts<Record<WhyTold, string>>;

const en = {
  fine: (file: string) => `${file} is fine`,
  found: (file: string, count: number) =>
    `${file} works, but ${count === 1 ? 'one thing needs' : `${count} things need`} you`,
  invalid: (file: string, count: number) =>
    `${file} has ${count === 1 ? 'a mistake' : `${count} mistakes`}; Lifeline does not start with it`,
  /** What to do about an invalid configuration. */
  mend: () =>
    'Each line is file:line:column, the key, and what to write. Mend them and check again; docs/configuration.md explains every key',
  labels: {
    gateway: 'watches',
    maintenance: 'maintenance',
    round: 'round',
    channels: 'channels',
    operators: 'operators',
    groups: 'groups',
    fleet: 'fleet',
    routes: 'alerts',
    escalation: 'escalation',
    quiet: 'quiet',
    ping: 'ping',
  } satisfies Readonly<
    Record<
      | 'gateway'
      | 'maintenance'
      | 'round'
      | 'channels'
      | 'operators'
      | 'groups'
      | 'fleet'
      | 'routes'
      | 'escalation'
      | 'quiet'
      | 'ping',
      string
    >
  >,
  fleetRole: (host: string, hub: boolean, servers: readonly string[]) =>
    `${hub ? `hub ${host}` : `host ${host}, whose hub tells`}, through ${servers.join(', ')}`,
  heal: (mode: HealMode) => ({ auto: 'restarts it by itself', ask: 'asks before a restart', off: 'only tells' })[mode],
  /** `every 5 minutes, next at 14:35:00`. */
  schedule: (words: string, next: string | null) => `${words}${next === null ? '' : `, next at ${next}`}`,
  window: (words: string, duration: string, next: string | null) =>
    `begins ${words}, for ${duration}${next === null ? '' : `; next at ${next}`}`,
  zone: (name: string) => ` (${name})`,
  alerts: (order: readonly string[]) => `alerts go ${order.join(' → ')}`,
  person: (name: string, role: string, isPaired: boolean, only: readonly string[] | undefined) =>
    `${name} (${role}${isPaired ? ', paired' : ''}${only === undefined ? '' : `, only ${only.join(' ')}`})`,
  severity: (severity: Severity): string => severity,
  /** Whom an alert reaches. */
  routed: (severity: string, to: readonly string[], why: WhyTold) =>
    `${severity} → ${to.length === 0 ? 'nobody' : to.join(', ')}${NOT_ROUTED.en[why]}`,
  /** The steps after an alert that nobody acknowledges. */
  escalation: (after: string, steps: readonly string[]) => `after ${after} each: ${steps.join(' → ')}`,
  urgent: (way: UrgentWay) => ({ app: 'Feishu buzz', sms: 'Feishu SMS', phone: 'Feishu call' })[way],
  /** Feishu tells no quota; this is what Lifeline has used of it. */
  urgentUse: (sms: number, phone: number, refused: string | null) =>
    `SMS and calls used this month: ${sms} and ${phone}; what is left stands in Feishu's admin console${refused === null ? '' : `. Last refused: ${refused}`}`,
  reachable: (host: string) =>
    `${host} takes a connection; whether it takes pings, the first round tells (any request now would be a ping)`,
  named: (name: string, words: string) => `${name}: ${words}`,
  nobody: () => 'none',
  and: (parts: readonly string[]) => parts.join(', '),
};

const zh: typeof en = {
  fine: (file) => `${file} 没有问题`,
  found: (file, count) => `${file} 能用，但有 ${count} 处要处理`,
  invalid: (file, count) => `${file} 有 ${count} 处错误，Lifeline 不会用它启动`,
  mend: () => '每行是 文件:行:列，后面是键和该怎么写。改好后再检查一次；每个键的说明见 docs/configuration.zh-CN.md',
  labels: {
    gateway: '看护',
    maintenance: '维护',
    round: '检查',
    channels: '通道',
    operators: '操作员',
    groups: '群',
    fleet: '机群',
    routes: '告警',
    escalation: '没人确认',
    quiet: '免打扰',
    ping: 'ping 地址',
  },
  fleetRole: (host, hub, servers) =>
    `${hub ? `中枢 ${host}` : `主机 ${host}，由中枢通知`}，NATS 服务器 ${servers.join('、')}`,
  heal: (mode) => ({ auto: '自动重启', ask: '先问再重启', off: '只告诉你' })[mode],
  schedule: (words, next) => `${words}${next === null ? '' : `，下次 ${next}`}`,
  window: (words, duration, next) =>
    `开始于${/^\d/.test(words) ? ' ' : ''}${words}；持续 ${duration}${next === null ? '' : `，下次 ${next}`}`,
  zone: (name) => `（${name}）`,
  alerts: (order) => `告警依次走 ${order.join(' → ')}`,
  person: (name, role, isPaired, only) =>
    `${name}（${role}${isPaired ? '，已配对' : ''}${only === undefined ? '' : `，只管 ${only.join(' ')}`}）`,
  severity: (severity) => ({ critical: '紧急', warning: '一般' })[severity],
  routed: (severity, to, why) =>
    `${severity} → ${to.length === 0 ? '没有人' : to.join('、')}${NOT_ROUTED['zh-CN'][why]}`,
  escalation: (after, steps) => `每隔 ${after}：${steps.join(' → ')}`,
  urgent: (way) => ({ app: '飞书应用内加急', sms: '飞书短信加急', phone: '飞书电话加急' })[way],
  urgentUse: (sms, phone, refused) =>
    `本月用了短信 ${sms} 条、电话 ${phone} 次；剩余额度在飞书管理后台看${refused === null ? '' : `。上次被拒：${refused}`}`,
  reachable: (host) => `${host} 能建立连接；收不收 ping，第一轮检查才知道（现在发任何请求都算一次 ping）`,
  named: (name, words) => `${name}：${words}`,
  nobody: () => '没有',
  and: (parts) => parts.join('、'),
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const configCheckText = (locale: Config['locale']) => TEXTS[locale];
