/** What `lifeline config check` says. */
import type { Config, HealMode, UrgentWay } from '../../config/config.ts';
import { mendingOf, shownPath, type Refusal } from '../../base/refused-file.ts';
import type { ConfigWarning } from '../../config/warnings.ts';
import type { AccessProblem } from '../../config/fleet-access.ts';
import type { KindName } from '../../gateways/names.ts';
import { foreignFileText } from '../common/foreign-files.ts';
import { accessText } from '../fleet/hub-trouble.ts';
import { homeWords } from '../setup/homes.ts';
import { logDoubtWords, type DoubtedLog } from '../common/log-doubts.ts';
import type { Severity } from '../../incidents/incident.ts';
import type { Locale, Texts } from '../locale.ts';
import { gatewayDoubtText, type GatewayDoubt } from './gateway-doubts.ts';

/** Why somebody is told of an alert, as `Recipients` of the routes has it. */
type WhyTold = 'routes' | 'no_route' | 'nobody' | 'only_qq_group' | 'no_one_may_see';

/** What is found beside the loader's own warnings; who makes them says where it stands in the file. */
export type ConfigFinding =
  | {
      readonly code: 'home_missing';
      readonly kind: KindName;
      readonly home: string;
      readonly reason: 'absent' | 'no_folder' | 'forbidden';
    }
  | { readonly code: 'cannot_write'; readonly path: string; readonly reason: string }
  | { readonly code: 'store_unreadable'; readonly reason: string }
  | { readonly code: 'ping_unreachable'; readonly host: string; readonly reason: string }
  | { readonly code: 'always_maintenance'; readonly gateway: string }
  /** A setting that cannot do what it seems to be for. */
  | { readonly code: 'gateway_doubt'; readonly doubt: GatewayDoubt }
  | { readonly code: 'foreign_app'; readonly appId: string }
  /** The host cannot take part in its fleet. */
  | { readonly code: 'fleet_access'; readonly problem: AccessProblem }
  | ({ readonly code: 'log_doubt' } & DoubtedLog)
  /** `refusal`: it could be read, but is not believed. */
  | {
      readonly code: 'log_unreadable';
      readonly path: string;
      readonly reason: string;
      readonly refusal: Refusal | null;
    }
  /** Others could change the configuration or a file with secrets. */
  | { readonly code: 'own_file_open'; readonly refusal: Refusal }
  /** One of `trusted_users` that this machine does not know. */
  | { readonly code: 'user_unknown'; readonly user: string }
  /** What a service that is well writes is in none of the last lines. */
  | { readonly code: 'pattern_unmatched'; readonly lines: number }
  | {
      readonly code: 'own_command';
      /** null: it stands in the configuration itself. */ readonly file: string | null;
      readonly what: string;
    };

type Code = ConfigFinding['code'];
interface Words<F> {
  readonly what: (finding: F) => string;
  /** What to do about the finding. */
  readonly todo: (finding: F) => string;
}
type Table = { readonly [C in Code]: Words<Extract<ConfigFinding, { code: C }>> };

const suffix = (words: string | null, before: string): string => (words === null ? '' : `${before}${words}`);

const FINDINGS = {
  'zh-CN': {
    home_missing: {
      what: ({ home, reason }) => {
        if (reason === 'absent') return `没有 ${home} 这个目录：网关会被当成没有运行`;
        return reason === 'no_folder' ? `${home} 不是目录` : `当前用户读不了 ${home}`;
      },
      todo: ({ kind, reason }) =>
        reason === 'forbidden'
          ? '用网关所属的用户来运行 Lifeline'
          : `写网关所在的目录${suffix(homeWords(kind, 'zh-CN'), '；')}`,
    },
    cannot_write: {
      what: ({ path, reason }) => `写不了 ${path}（${reason}）`,
      todo: () => '换一个目录，或者改它的权限；如果 Lifeline 用别的用户运行，就用那个用户来检查',
    },
    store_unreadable: { what: () => '读不了数据库，不知道谁已配对', todo: ({ reason }) => reason },
    ping_unreachable: {
      what: ({ host, reason }) => `连不上 ${host}：${reason}`,
      todo: () => '检查地址，以及这台机器能不能上网；没有发出 ping',
    },
    always_maintenance: {
      what: ({ gateway }) => `${gateway} 一直在维护中：每段维护没结束，下一段就开始了`,
      todo: () => '缩短 duration，或者让 schedule 少来几次；不然 Lifeline 什么都不做、不说',
    },
    gateway_doubt: {
      what: ({ doubt }) => gatewayDoubtText('zh-CN')[doubt].what,
      todo: ({ doubt }) => gatewayDoubtText('zh-CN')[doubt].todo,
    },
    foreign_app: {
      what: ({ appId }) => `${appId} 是网关自己的机器人，两边会互相抢消息，Lifeline 不会启动`,
      todo: () => '给 Lifeline 另建一个机器人，写它的 id 和密钥',
    },
    fleet_access: {
      what: ({ problem }) => accessText('zh-CN').what(problem),
      todo: ({ problem }) => accessText('zh-CN').todo(problem),
    },
    log_doubt: { what: (log) => logDoubtWords(log, 'zh-CN').what, todo: (log) => logDoubtWords(log, 'zh-CN').todo },
    log_unreadable: {
      what: ({ path, reason, refusal }) =>
        refusal === null
          ? `读不了日志 ${path}：${reason}`
          : `不读日志 ${path}：${shownPath(refusal.path)} ${foreignFileText('zh-CN').why(refusal)}`,
      todo: ({ refusal }) =>
        (refusal && foreignFileText('zh-CN').todo(refusal)) ?? '检查 path；用能读它的用户来运行 Lifeline',
    },
    own_file_open: {
      what: ({ refusal }) =>
        `别人能改 Lifeline 自己的文件：${shownPath(refusal.path)} ${foreignFileText('zh-CN').why(refusal)}`,
      todo: ({ refusal }) =>
        mendingOf(refusal) === null
          ? '改成属于 Lifeline 的用户，再看看里面的操作员和命令还是不是你写的'
          : `运行：${mendingOf(refusal) ?? ''}；再看看里面的操作员和命令还是不是你写的`,
    },
    user_unknown: {
      what: ({ user }) => `/etc/passwd 里没有用户 ${user}，写了不起作用`,
      todo: () => '写对用户名；目录服务（LDAP 等）里的用户，写它的 uid 数字',
    },
    pattern_unmatched: {
      what: ({ lines }) => `日志最近的 ${lines} 行里没有一行对得上`,
      todo: () => '拿日志里的一行比一比；如果这样的行本来就少，不用管',
    },
    own_command: {
      what: ({ file, what }) => (file === null ? what : `${file}：${what}`),
      todo: () => '改好之前，这条命令不生效；写法见 docs/commands.zh-CN.md',
    },
  },
  en: {
    home_missing: {
      what: ({ home, reason }) => {
        if (reason === 'absent') return `there is no folder ${home}: the gateway would look as if it did not run`;
        return reason === 'no_folder' ? `${home} is no folder` : `this user may not read ${home}`;
      },
      todo: ({ kind, reason }) =>
        reason === 'forbidden'
          ? 'run Lifeline as the user who owns the gateway'
          : `write the gateway's home${suffix(homeWords(kind, 'en'), '; ')}`,
    },
    cannot_write: {
      what: ({ path, reason }) => `${path} cannot be written (${reason})`,
      todo: () => 'choose another place, or change its mode; if Lifeline runs as another user, check as that one',
    },
    store_unreadable: {
      what: () => 'the database cannot be read, so nobody knows who was paired',
      todo: ({ reason }) => reason,
    },
    ping_unreachable: {
      what: ({ host, reason }) => `${host} cannot be reached: ${reason}`,
      todo: () => 'look at the address, and whether this machine reaches the network; no ping was sent',
    },
    always_maintenance: {
      what: ({ gateway }) => `${gateway} is always in maintenance: each window lasts until the next begins`,
      todo: () => 'make the duration shorter or the schedule rarer; as it is, Lifeline does nothing and says nothing',
    },
    gateway_doubt: {
      what: ({ doubt }) => gatewayDoubtText('en')[doubt].what,
      todo: ({ doubt }) => gatewayDoubtText('en')[doubt].todo,
    },
    foreign_app: {
      what: ({ appId }) =>
        `${appId} is the gateway's own bot: the two would take each other's messages, and Lifeline does not start`,
      todo: () => 'create another bot for Lifeline, and write its id and secret',
    },
    fleet_access: {
      what: ({ problem }) => accessText('en').what(problem),
      todo: ({ problem }) => accessText('en').todo(problem),
    },
    log_doubt: { what: (log) => logDoubtWords(log, 'en').what, todo: (log) => logDoubtWords(log, 'en').todo },
    log_unreadable: {
      what: ({ path, reason, refusal }) =>
        refusal === null
          ? `the log ${path} cannot be read: ${reason}`
          : `the log ${path} is not read: ${shownPath(refusal.path)}: ${foreignFileText('en').why(refusal)}`,
      todo: ({ refusal }) =>
        (refusal && foreignFileText('en').todo(refusal)) ?? 'check "path"; run Lifeline as a user who may read it',
    },
    own_file_open: {
      what: ({ refusal }) =>
        `others could change a file of Lifeline itself: ${shownPath(refusal.path)}: ${foreignFileText('en').why(refusal)}`,
      todo: ({ refusal }) =>
        mendingOf(refusal) === null
          ? "make it belong to Lifeline's user, and see that the operators and commands in it are still yours"
          : `run: ${mendingOf(refusal) ?? ''}, and see that the operators and commands in it are still yours`,
    },
    user_unknown: {
      what: ({ user }) => `/etc/passwd has no user ${user}, so it has no effect`,
      todo: () => 'correct the name; of a user whom a directory service keeps, write the number (uid)',
    },
    pattern_unmatched: {
      what: ({ lines }) => `none of the last ${lines} lines of the logs fits it`,
      todo: () => 'compare it with a line of the log; where such lines are rare, let it be',
    },
    own_command: {
      what: ({ file, what }) => (file === null ? what : `${file}: ${what}`),
      todo: () => 'it is left out until that is mended; docs/commands.md says how it is written',
    },
  },
} satisfies Texts<Table>;

/** What may well be in order, and does not count as something that needs anybody. */
export const isHint = (finding: ConfigFinding | ConfigWarning): boolean =>
  finding.code === 'pattern_unmatched' || (finding.code === 'log_doubt' && finding.why === 'day');

export const configFindingWords = (
  finding: ConfigFinding | ConfigWarning,
  locale: Locale,
): { readonly what: string; readonly todo: string | null } => {
  if ('holds' in finding) return { what: finding.what[locale], todo: finding.todo?.[locale] ?? null };
  // Each code's sentences take that code's facts, which TypeScript cannot follow through the table.
  const { what, todo } = FINDINGS[locale][finding.code] as Words<ConfigFinding>;
  return { what: what(finding), todo: todo(finding) };
};

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
  reachable: (host: string) => `${host} can be reached`,
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
  reachable: (host) => `${host} 能连上`,
  named: (name, words) => `${name}：${words}`,
  nobody: () => '没有',
  and: (parts) => parts.join('、'),
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const configCheckText = (locale: Config['locale']) => TEXTS[locale];
