/** The keys of the channels, of the people and groups on them, and of the alerts that these get. */
import * as z from 'zod';
import {
  atLeast,
  clockTime,
  Complaint,
  count,
  digits,
  duration,
  field,
  flag,
  hours,
  like,
  oneOf,
  pause,
  quote,
  readUrl,
  text,
  url,
} from './fields.ts';
import {
  CHANNELS,
  DIGESTS,
  ROLES,
  SEVERITIES,
  URGENT_WAYS,
  type ChannelName,
  type PersonalChannel,
  type UrgentWay,
} from './names.ts';
import { key, named, optional, plain, section, shown, withForm } from './section.ts';
import type { secretFields } from './secret.ts';

type Secrets = ReturnType<typeof secretFields>;

const domain = field(
  (value) => {
    if (value === 'feishu' || value === 'lark') return value;
    if (typeof value === 'string' && /^https?:\/\//.test(value.trim())) return readUrl(value);
    throw new Complaint(`must be feishu, lark or a URL, not ${quote(value)}`);
  },
  {
    json: { anyOf: [{ enum: ['feishu', 'lark'] }, { type: 'string', pattern: '^\\s*https?://' }] },
    'zh-CN': '`feishu`、`lark`、一个地址',
    en: '`feishu`, `lark`, or an address',
  },
);

/** An address that is itself a secret is shown by its host alone. */
const webhookUrl = shown(url, (given) => `${URL.canParse(given) ? new URL(given).origin : '***'}/***`);

export const channelsSection = ({ secret }: Secrets) =>
  section({
    feishu: key(
      section({
        app_id: key(
          text(
            /^cli_[0-9a-fA-F]{16}$/,
            'be a Feishu App ID, "cli_" and 16 hexadecimal digits, as the developer console shows it',
            like('^\\s*cli_[0-9a-fA-F]{16}\\s*$', 'cli_0123456789abcdef'),
          ),
          { 'zh-CN': '开发者后台里的 App ID', en: 'App ID from the developer console' },
        ),
        app_secret: key(secret, { 'zh-CN': '开发者后台里的 App Secret', en: 'App Secret from the developer console' }),
        domain: key(domain.prefault('feishu'), {
          'zh-CN': '`feishu`、`lark`（国际版），或者另一台服务器的地址',
          en: '`feishu`, `lark` (international), or the URL of another host',
        }),
        buzz: key(flag.prefault(false), {
          'zh-CN': '`true`：紧急告警用应用内加急，手机会响；需要权限 `im:message.urgent`',
          en: '`true`: a critical alert buzzes the phone; needs the permission `im:message.urgent`',
        }),
      }).exactOptional(),
      { 'zh-CN': '一个飞书或 Lark 自建应用', en: 'A custom app of Feishu or Lark' },
    ),
    qq: key(
      section({
        app_id: key(digits("be the bot's AppID, digits only, as the QQ bot console shows it"), {
          'zh-CN': 'QQ 机器人后台里的 AppID',
          en: 'AppID from the QQ bot console',
        }),
        client_secret: key(secret, { 'zh-CN': 'QQ 机器人后台里的 AppSecret', en: 'AppSecret from the QQ bot console' }),
        api_base: key(url.prefault('https://api.bot.qq.com'), {
          'zh-CN': 'QQ 接口的地址；平时不用改',
          en: "The address of QQ's API; seldom needs a change",
        }),
        token_url: key(url.prefault('https://api.bot.qq.com/app/getAppAccessToken'), {
          'zh-CN': '取访问令牌的地址；平时不用改',
          en: 'Where the access token is fetched; seldom needs a change',
        }),
        verified: key(flag.prefault(false), {
          'zh-CN': '`true`：机器人的主体已通过 QQ 认证，每天能主动发的消息更多',
          en: '`true`: QQ has verified who stands behind the bot, and lets it send more of its own accord',
        }),
      }).exactOptional(),
      { 'zh-CN': '一个 QQ 机器人', en: 'A QQ bot' },
    ),
    webhook: key(
      section({
        url: key(webhookUrl, {
          'zh-CN': '群机器人的地址。知道它的人都能往群里发消息，配置文件要 `chmod 600`',
          en: 'The address of the bot. Whoever knows it can write to the group: `chmod 600` the configuration',
        }),
        secret: key(optional(secret), {
          'zh-CN': '只有机器人开启了签名校验才需要',
          en: 'Only when the bot checks signatures',
          otherwise: { 'zh-CN': '不签名', en: 'not signed' },
        }),
      }).exactOptional(),
      {
        'zh-CN': '最后的退路：飞书群里的自定义机器人。只能单向发告警，没有按钮，不需要应用',
        en: 'A last resort: a custom bot of a Feishu group. Alerts only, one way, no buttons; it needs no app',
        example:
          'channels:\n  webhook: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/00000000-0000-0000-0000-000000000000" }',
      },
    ),
  });

type Channels = z.output<ReturnType<typeof channelsSection>>;

export const channelsOf = ({ feishu, qq, webhook }: Channels) => ({
  ...(feishu && { feishu: named(feishu) }),
  ...(qq && { qq: named(qq) }),
  ...(webhook && { webhook: named(webhook) }),
});

/** Of an operator or a group. */
const personName = text(/^\P{Cc}{1,40}$/u, 'be a name of at most 40 characters', like('\\S', 'me'));

/** So many characters tell one id from another. */
const shortId = (id: string): string => `${id.slice(0, Math.min(8, Math.floor(id.length / 3)))}…`;

const openid = shown(
  text(
    /^[0-9A-Za-z_-]{1,80}$/,
    'be the openid that this bot sees, one word',
    like('^\\s*[0-9A-Za-z_-]{1,80}\\s*$', '00000000000000000000000000000000'),
  ),
  shortId,
);

const feishuId = (prefix: 'ou' | 'oc', pattern: RegExp, rule: string) =>
  shown(
    text(
      pattern,
      `${rule}, which begins with "${prefix}_"`,
      like(`^\\s*${prefix}_[0-9A-Za-z_-]{1,80}\\s*$`, `${prefix}_00000000000000000000000000000000`),
    ),
    shortId,
  );

/** Of gateways that the file has; `checks.ts` looks whether it does. */
const gatewayNames = z
  .array(text(/^\P{Cc}{1,40}$/u, 'be the name of a gateway', like('\\S', 'main')))
  .min(1, 'names no gateway; leave it out for all of them');

const ALL = { 'zh-CN': '全部', en: 'all' };

export const operatorSection = section({
  name: key(personName, {
    'zh-CN': '出现在审计里，也出现在「由某人重启」里',
    en: 'Stands in the audit, and in "restarted by …"',
  }),
  role: key(oneOf(ROLES), {
    'zh-CN': '`viewer` 只看；`operator` 还能重启、停止、静音；`admin` 还能看配置和审计。每个人都收告警',
    en: '`viewer` looks; `operator` also restarts, stops and mutes; `admin` also sees the configuration and the audit. All get alerts',
  }),
  gateways: key(gatewayNames.exactOptional(), {
    'zh-CN':
      '只管这几个网关：别的网关他看不到、收不到告警，也不能下命令；`/audit`、`/config`、`/reload` 和自定义命令也不能用',
    en: 'Only these gateways: of others this person sees and hears nothing and may command nothing, nor use `/audit`, `/config`, `/reload` and your own commands',
    otherwise: ALL,
  }),
  feishu: key(feishuId('ou', /^ou_[0-9A-Za-z_-]{1,80}$/, 'be an open_id of this app').exactOptional(), {
    'zh-CN': 'Lifeline 的飞书应用看到的 open_id，每个应用都不一样：给机器人发一句话，它会告诉你',
    en: "The open_id that Lifeline's app sees, which another app does not share: write to the bot, and it tells you",
    otherwise: { 'zh-CN': '没有；至少要有一个 id', en: 'none; at least one id is needed' },
  }),
  qq: key(openid.exactOptional(), {
    'zh-CN': 'Lifeline 的 QQ 机器人看到的 openid，同样问机器人',
    en: "The openid that Lifeline's bot sees; ask the bot likewise",
    otherwise: { 'zh-CN': '没有；至少要有一个 id', en: 'none; at least one id is needed' },
  }),
});

export const operatorOf = ({ name, role, gateways, ...ids }: z.output<typeof operatorSection>) => ({
  name,
  role,
  /** The person's id by channel; at least one. */
  ids: plain(ids) as Readonly<Record<string, string>>,
  ...(gateways && { gateways: plain(gateways) }),
});

const ONE_GROUP = { 'zh-CN': '没有；feishu 和 qq 写一个', en: 'none; write one of feishu and qq' };

export const groupSection = section({
  name: key(personName, { 'zh-CN': '在 `alerts.routes` 里的名字', en: 'The name in `alerts.routes`' }),
  feishu: key(feishuId('oc', /^oc_[0-9A-Za-z_-]{1,80}$/, 'be the chat_id of a group').exactOptional(), {
    'zh-CN': '飞书群的 chat_id；先把机器人拉进群',
    en: 'The chat_id of a Feishu group; add the bot to it first',
    otherwise: ONE_GROUP,
  }),
  qq: key(openid.exactOptional(), {
    'zh-CN': 'QQ 群的 group_openid。QQ 群收的消息很少，告警不能只发到 QQ 群',
    en: 'The group_openid of a QQ group. It takes few messages, so no alert may go to QQ groups alone',
    otherwise: ONE_GROUP,
  }),
  gateways: key(gatewayNames.exactOptional(), {
    'zh-CN': '群里只出现这几个网关',
    en: 'Only these gateways are told and shown there',
    otherwise: ALL,
  }),
  members: key(
    withForm(z.record(z.string(), openid), {
      json: { type: 'object', additionalProperties: { type: 'string' }, examples: [{ me: '0000000000000000' }] },
      'zh-CN': '一段，如 `{ me: 0000000000000000 }`',
      en: 'a section such as `{ me: 0000000000000000 }`',
    }).exactOptional(),
    {
      'zh-CN':
        '操作员在这个 QQ 群里的 member_openid（每个群都不一样）。没写的人在群里就是陌生人，直到他在单聊里用 /bind',
      en: "The member_openid of operators in this QQ group, another one in each group. Who isn't here is a stranger there, until that operator has sent /bind one-to-one",
    },
  ),
});

export const groupOf = ({ name, feishu, qq, gateways, members = {} }: z.output<typeof groupSection>) => {
  const id = (feishu ?? qq)?.value;
  if (id === undefined) return [];
  const channel: PersonalChannel = feishu ? 'feishu' : 'qq';
  return [{ name, channel, id, members: plain(members), ...(gateways && { gateways: plain(gateways) }) }];
};

const names = z.array(personName).min(1, 'names nobody');

export const alertsSection = ({ secretUrl }: Secrets) =>
  section({
    routes: key(
      z
        .array(
          section({
            gateways: key(gatewayNames.exactOptional(), {
              'zh-CN': '这些网关的告警',
              en: 'Alerts of these gateways',
              otherwise: ALL,
            }),
            severity: key(oneOf(SEVERITIES).exactOptional(), {
              'zh-CN': '`critical`：人连不上网关；`warning`：能用但有问题',
              en: '`critical`: people cannot reach the gateway; `warning`: it works badly',
              otherwise: { 'zh-CN': '两种都算', en: 'both' },
            }),
            to: key(names, {
              'zh-CN': '操作员（配对的也行）和群的名字',
              en: 'Names of operators, paired ones too, and of groups',
            }),
            channels: key(
              z.array(oneOf(CHANNELS)).min(1, 'names no channel; leave it out for all of them').exactOptional(),
              {
                'zh-CN': '只在这些通道上告诉他们',
                en: 'They are told on these channels alone',
                otherwise: { 'zh-CN': '`alerts.order` 的全部', en: 'all of `alerts.order`' },
              },
            ),
          }),
        )
        .prefault([]),
      {
        'zh-CN': '哪些告警发给谁。符合的每一条都算；没有一条符合的告警发给所有人。`lifeline config check` 列成表',
        en: 'Which alerts go to whom. Every route that fits counts; an alert that none fits goes to everybody. `lifeline config check` shows them as a table',
        otherwise: { 'zh-CN': '全部发给所有人', en: 'everything to everybody' },
        example:
          'alerts:\n  routes:\n    - { severity: critical, to: [me] }\n    - { gateways: [main], to: [me], channels: [feishu] }',
      },
    ),
    digest: key(optional(oneOf(DIGESTS)), {
      'zh-CN':
        '`daily` 每天、`weekly` 每周一报一次平安：正常了多少时间、24 小时的带图、悄悄恢复了什么。每个人只看到自己管的网关；错过的回来后补一次。机群里写在各台机器的配置里，不写在中枢的',
      en: '`daily` or `weekly` (on Monday): how much of the time all was well, the band of 24 hours, what was healed silently. Everybody reads of the own gateways; one that was missed comes later. Of a fleet it stands in the configuration of each host, not of a hub',
    }),
    digest_at: key(clockTime.prefault('09:00'), { 'zh-CN': '几点报，本地时间', en: 'When it comes, in local time' }),
    escalation: key(
      optional(
        section({
          after: key(atLeast(1_000), { 'zh-CN': '每一步之前等多久', en: 'The wait before each step' }),
          steps: key(
            z
              .array(
                section({
                  urgent: key(oneOf(URGENT_WAYS).exactOptional(), {
                    'zh-CN':
                      '飞书加急，只对在飞书上收到告警的人：`app` 应用内，`sms` 短信，`phone` 电话。短信和电话用企业的付费额度（管理后台 > 费用中心 > 权益数据），权限 `im:message.urgent`、`im:message.urgent:sms`、`im:message.urgent:phone`',
                    en: "Feishu's urgent, for those who got the alert there: `app` within the app, `sms` a text message, `phone` a call. SMS and calls use the tenant's paid quota (admin console, billing, benefits). Permissions `im:message.urgent`, `im:message.urgent:sms`, `im:message.urgent:phone`",
                  }),
                  to: key(names.exactOptional(), {
                    'zh-CN': '告诉这些操作员和群',
                    en: 'These operators and groups are told',
                  }),
                }),
              )
              .min(1, 'has no step'),
            {
              'zh-CN': '每一步写 urgent 或 to 之一。平台拒绝的一步，马上换下一步',
              en: 'Each has one of urgent and to. One that the platform refuses is followed by the next at once',
            },
          ),
        }),
      ),
      {
        'zh-CN':
          '紧急告警没人确认时，一步一步来：让收到的人手机响，再告诉下一个人，再到群里。有人确认、恢复或静音就停；Lifeline 重启后接着走',
        en: 'What is done about a critical alert that nobody acknowledges, step by step: phones ring, the next person is told, then the group. It ends when somebody acknowledges it, when it is over or muted; a restart of Lifeline goes on where it was',
        example: 'alerts:\n  escalation: { after: 10m, steps: [{ urgent: app }, { urgent: phone }, { to: [me] }] }',
      },
    ),
    order: key(optional(z.array(oneOf(CHANNELS))), {
      'zh-CN': '按顺序试各个通道，一个发不出去或太慢就换下一个。没写进来的通道不发告警，但仍能下命令',
      en: 'The channels in the order in which they are tried: the next when one refuses or is too slow. What is not in it gets no alerts, but takes commands',
      otherwise: {
        'zh-CN': '所有已配置的，按 feishu、qq、webhook 的顺序',
        en: 'all that are set up: feishu, qq, webhook',
      },
    }),
    copies: key(count(1, CHANNELS.length).prefault(1), {
      'zh-CN': '每条紧急告警要送到几个通道',
      en: 'On how many channels each critical alert must arrive',
    }),
    channel_timeout: key(duration.prefault('30s'), {
      'zh-CN': '一个通道试多久，之后下一个也发',
      en: 'How long one channel is tried before the next gets the alert as well',
    }),
    channel_down: key(atLeast(1_000).prefault('5m'), {
      'zh-CN': 'Lifeline 自己的连接断开多久，才在其他通道上告诉你',
      en: "How long one of Lifeline's own links may be down before the other channels tell you",
    }),
    away: key(atLeast(1_000).prefault('2m'), {
      'zh-CN': 'Lifeline 自己停了（或机器睡眠了）多久才告诉你',
      en: 'How long Lifeline itself must have been gone (or the machine asleep) to tell you so',
    }),
    remind_every: key(pause.prefault('2h'), {
      'zh-CN': '没人确认的故障隔多久再提醒；`0s` 表示不提醒',
      en: 'How often an open incident that nobody has acknowledged is told again; `0s`: never',
    }),
    quiet: key(optional(hours), {
      'zh-CN': '免打扰时段：只有马上要人处理的才发，其余等到结束再发',
      en: 'Only what needs somebody at once may ring then; the rest comes at its end',
    }),
    ping_url: key(optional(secretUrl), {
      'zh-CN':
        'Lifeline 自己没了谁来说：每轮检查之后 ping 这个地址（healthchecks.io 或同样协议的服务），收不到时由它通知你。知道地址的人都能冒充 Lifeline，当密钥保管',
      en: "A dead man's switch (healthchecks.io, or what speaks its protocol): pinged after each round, so that you hear of it when Lifeline itself is gone. Whoever knows it can pretend to be Lifeline: keep it as a secret",
    }),
  });

type Alerts = Omit<z.output<ReturnType<typeof alertsSection>>, 'order'> & { readonly order: readonly ChannelName[] };

/** `urgent`: the phones ring of those who were told; `to`: these operators and groups are told, by name. */
export type EscalationStep = { readonly urgent: UrgentWay } | { readonly to: readonly string[] };

export const alertsOf = ({ digest, digest_at: at, escalation, remind_every: remind, ...rest }: Alerts) => ({
  ...named(rest),
  digest: digest && { every: digest === 'daily' ? ('day' as const) : ('week' as const), at: at.value },
  escalation: escalation && {
    afterMs: escalation.after.value,
    steps: escalation.steps.map(({ urgent, to = [] }): EscalationStep => (urgent ? { urgent } : { to })),
  },
  /** Null: never. */
  remindMs: remind.value || null,
});
