import type { DescriptionsOf } from './description.ts';

export const CHANNEL_KEYS = {
  channels: {
    what: {
      'zh-CN':
        'Lifeline 自己的机器人，绝不能是网关的：两边会互相抢消息，Lifeline 会拒绝启动。至少要有一个，不然谁也收不到告警；两个更好',
      en: "Lifeline's own bots, never the gateway's: the two would take each other's messages, and Lifeline refuses to start. Without any nobody gets alerts; two are better than one",
    },
    example: `channels:
  feishu: { app_id: cli_0123456789abcdef, app_secret: "file:~/.config/lifeline/feishu.secret" }
  qq: { app_id: "102000000", client_secret: "\${LIFELINE_QQ_SECRET}" }`,
  },
  'channels.feishu': { what: { 'zh-CN': '一个飞书或 Lark 自建应用', en: 'A custom app of Feishu or Lark' } },
  'channels.feishu.app_id': { what: { 'zh-CN': '开发者后台里的 App ID', en: 'App ID from the developer console' } },
  'channels.feishu.app_secret': {
    what: { 'zh-CN': '开发者后台里的 App Secret', en: 'App Secret from the developer console' },
  },
  'channels.feishu.domain': {
    what: {
      'zh-CN': '`feishu`、`lark`（国际版），或者另一台服务器的地址',
      en: '`feishu`, `lark` (international), or the URL of another host',
    },
  },
  'channels.feishu.buzz': {
    what: {
      'zh-CN': '`true`：紧急告警用应用内加急，手机会响；需要权限 `im:message.urgent`',
      en: '`true`: a critical alert buzzes the phone; needs the permission `im:message.urgent`',
    },
  },
  'channels.qq': { what: { 'zh-CN': '一个 QQ 机器人', en: 'A QQ bot' } },
  'channels.qq.app_id': { what: { 'zh-CN': 'QQ 机器人后台里的 AppID', en: 'AppID from the QQ bot console' } },
  'channels.qq.client_secret': {
    what: { 'zh-CN': 'QQ 机器人后台里的 AppSecret', en: 'AppSecret from the QQ bot console' },
  },
  'channels.qq.api_base': {
    what: { 'zh-CN': 'QQ 接口的地址；平时不用改', en: "The address of QQ's API; seldom needs a change" },
  },
  'channels.qq.token_url': {
    what: { 'zh-CN': '取访问令牌的地址；平时不用改', en: 'Where the access token is fetched; seldom needs a change' },
  },
  'channels.qq.verified': {
    what: {
      'zh-CN': '`true`：机器人的主体已通过 QQ 认证，每天能主动发的消息更多',
      en: '`true`: QQ has verified who stands behind the bot, and lets it send more of its own accord',
    },
  },
  'channels.webhook': {
    what: {
      'zh-CN': '最后的退路：飞书群里的自定义机器人。只能单向发告警，没有按钮，不需要应用',
      en: 'A last resort: a custom bot of a Feishu group. Alerts only, one way, no buttons; it needs no app',
    },
    example:
      'channels:\n  webhook: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/00000000-0000-0000-0000-000000000000" }',
  },
  'channels.webhook.url': {
    what: {
      'zh-CN': '群机器人的地址。知道它的人都能往群里发消息，配置文件要 `chmod 600`',
      en: 'The address of the bot. Whoever knows it can write to the group: `chmod 600` the configuration',
    },
  },
  'channels.webhook.secret': {
    what: { 'zh-CN': '只有机器人开启了签名校验才需要', en: 'Only when the bot checks signatures' },
    otherwise: { 'zh-CN': '不签名', en: 'not signed' },
  },
} satisfies DescriptionsOf<'channels'>;

export const OPERATORS = {
  operators: {
    what: {
      'zh-CN': '谁能下命令、收告警。可以不写，改用 `lifeline pair` 配对，两种可以并用。写在这里的人，只能从这里去掉',
      en: 'Who may command and gets alerts. You need not write anybody here: `lifeline pair` does it from the phone, and both count. Who stands here is taken away only here',
    },
    example: 'operators:\n  - { name: me, role: admin, feishu: ou_00000000000000000000000000000000 }',
  },
  'operators[].name': {
    what: { 'zh-CN': '出现在审计里，也出现在「由某人重启」里', en: 'Stands in the audit, and in "restarted by …"' },
  },
  'operators[].role': {
    what: {
      'zh-CN': '`viewer` 只看；`operator` 还能重启、停止、静音；`admin` 还能看配置和审计。每个人都收告警',
      en: '`viewer` looks; `operator` also restarts, stops and mutes; `admin` also sees the configuration and the audit. All get alerts',
    },
  },
  'operators[].gateways': {
    what: {
      'zh-CN':
        '只管这几个网关：别的网关他看不到、收不到告警，也不能下命令；`/audit`、`/config`、`/reload` 和自定义命令也不能用',
      en: 'Only these gateways: of others this person sees nothing, gets no alerts and may command nothing; nor are `/audit`, `/config`, `/reload` and your own commands for this person',
    },
    otherwise: { 'zh-CN': '全部', en: 'all' },
  },
  'operators[].feishu': {
    what: {
      'zh-CN': 'Lifeline 的飞书应用看到的 open_id。换一个应用就不一样：给机器人发一句话，它会告诉你',
      en: "The open_id that Lifeline's app sees, which another app does not share: write to the bot, and it tells you",
    },
    otherwise: { 'zh-CN': '没有；至少要有一个 id', en: 'none; at least one id is needed' },
  },
  'operators[].qq': {
    what: {
      'zh-CN': 'Lifeline 的 QQ 机器人看到的 openid，同样问机器人',
      en: "The openid that Lifeline's bot sees; ask the bot likewise",
    },
    otherwise: { 'zh-CN': '没有；至少要有一个 id', en: 'none; at least one id is needed' },
  },
} satisfies DescriptionsOf<'operators'>;

export const GROUPS = {
  groups: {
    what: {
      'zh-CN':
        '可以下命令、收告警的群。在群里 @机器人下命令；权限看发的人，群里的陌生人得不到任何回复。日志、证据、配置和审计只私聊答复。没列在这里的群，一律私聊答复',
      en: 'Groups in which commands are taken and alerts told. Mention the bot there; what counts is who writes, and strangers get nothing. Logs, evidence, configuration and audit are answered in private. In a group that is not here, everything is',
    },
    example:
      'channels: { feishu: { app_id: cli_0123456789abcdef, app_secret: "file:~/.config/lifeline/feishu.secret" } }\ngroups:\n  - { name: ops, feishu: oc_00000000000000000000000000000000 }',
  },
  'groups[].name': { what: { 'zh-CN': '在 `alerts.routes` 里的名字', en: 'The name in `alerts.routes`' } },
  'groups[].feishu': {
    what: {
      'zh-CN': '飞书群的 chat_id；先把机器人拉进群',
      en: 'The chat_id of a Feishu group; add the bot to it first',
    },
    otherwise: { 'zh-CN': '没有；feishu 和 qq 写一个', en: 'none; write one of feishu and qq' },
  },
  'groups[].qq': {
    what: {
      'zh-CN': 'QQ 群的 group_openid。QQ 群收的消息很少，告警不能只发到 QQ 群',
      en: 'The group_openid of a QQ group. It takes few messages, so no alert may go to QQ groups alone',
    },
    otherwise: { 'zh-CN': '没有；feishu 和 qq 写一个', en: 'none; write one of feishu and qq' },
  },
  'groups[].gateways': {
    what: { 'zh-CN': '群里只出现这几个网关', en: 'Only these gateways are told and shown there' },
    otherwise: { 'zh-CN': '全部', en: 'all' },
  },
  'groups[].members': {
    what: {
      'zh-CN':
        '操作员在这个 QQ 群里的 member_openid（同一个人在每个群都不一样）。没写的人在群里就是陌生人，直到他在单聊里用 /bind',
      en: "The member_openid of operators in this QQ group, where each person has another one in each group. Who isn't here is a stranger there, until that operator has sent /bind one-to-one",
    },
    otherwise: { 'zh-CN': '没有', en: 'none' },
  },
} satisfies DescriptionsOf<'groups'>;

export const ALERTS = {
  alerts: {
    what: { 'zh-CN': '告警怎样送到手机上', en: 'How alerts reach the phone' },
    example:
      'alerts:\n  order: [qq, feishu]\n  remind_every: 4h\n  quiet: "23:00-07:00"\n  ping_url: "file:~/.config/lifeline/ping.secret"',
  },
  'alerts.routes': {
    what: {
      'zh-CN': '哪些告警发给谁。符合的每一条都算；没有一条符合的告警发给所有人。`lifeline config check` 列成表',
      en: 'Which alerts go to whom. Every route that fits counts; an alert that none fits goes to everybody. `lifeline config check` shows them as a table',
    },
    otherwise: { 'zh-CN': '全部发给所有人', en: 'everything to everybody' },
    example:
      'alerts:\n  routes:\n    - { severity: critical, to: [me] }\n    - { gateways: [main], to: [me], channels: [feishu] }',
  },
  'alerts.routes[].gateways': {
    what: { 'zh-CN': '这些网关的告警', en: 'Alerts of these gateways' },
    otherwise: { 'zh-CN': '全部', en: 'all' },
  },
  'alerts.routes[].severity': {
    what: {
      'zh-CN': '`critical`：人连不上网关；`warning`：能用但有问题',
      en: '`critical`: people cannot reach the gateway; `warning`: it works badly',
    },
    otherwise: { 'zh-CN': '两种都算', en: 'both' },
  },
  'alerts.routes[].to': {
    what: { 'zh-CN': '操作员（配对的也行）和群的名字', en: 'Names of operators, paired ones too, and of groups' },
  },
  'alerts.routes[].channels': {
    what: { 'zh-CN': '只在这些通道上告诉他们', en: 'They are told on these channels alone' },
    otherwise: { 'zh-CN': '`alerts.order` 的全部', en: 'all of `alerts.order`' },
  },
  'alerts.digest': {
    what: {
      'zh-CN':
        '`daily` 每天、`weekly` 每周一报一次平安：正常了多少时间、24 小时的带图、悄悄恢复了什么。每个人只看到自己管的网关；停机时错过的，回来后补一次。机群里写在各台机器的配置里，不写在中枢的',
      en: '`daily` or `weekly` (on Monday): how much of the time all was well, the band of 24 hours, what was healed silently. Everybody reads of the own gateways; one that was missed while Lifeline was gone comes once after. Of a fleet it stands in the configuration of each host, not of a hub',
    },
    otherwise: { 'zh-CN': '不报', en: 'none' },
  },
  'alerts.digest_at': {
    what: { 'zh-CN': '几点报，本地时间', en: 'When it comes, in local time' },
  },
  'alerts.escalation': {
    what: {
      'zh-CN':
        '紧急告警没人确认时，一步一步来：让收到的人手机响，再告诉下一个人，再到群里。有人确认、恢复或静音就停；Lifeline 重启后接着走',
      en: 'What is done about a critical alert that nobody acknowledges, step by step: the phones ring of those who were told, the next person is told, then the group. It ends when somebody acknowledges it, when it is over or muted; a restart of Lifeline goes on where it was',
    },
    otherwise: { 'zh-CN': '没有', en: 'none' },
    example: 'alerts:\n  escalation: { after: 10m, steps: [{ urgent: app }, { urgent: phone }, { to: [me] }] }',
  },
  'alerts.escalation.after': {
    what: { 'zh-CN': '每一步之前等多久', en: 'The wait before each step' },
  },
  'alerts.escalation.steps': {
    what: {
      'zh-CN': '每一步写 urgent 或 to 之一。平台拒绝的一步，马上换下一步',
      en: 'Each has one of urgent and to. One that the platform refuses is followed by the next at once',
    },
  },
  'alerts.escalation.steps[].urgent': {
    what: {
      'zh-CN':
        '飞书加急，只对在飞书上收到告警的人：`app` 应用内，`sms` 短信，`phone` 电话。短信和电话用企业的付费额度（管理后台 > 费用中心 > 权益数据），权限 `im:message.urgent`、`im:message.urgent:sms`、`im:message.urgent:phone`',
      en: "Feishu's urgent, for those who got the alert there: `app` within the app, `sms` a text message, `phone` a call. SMS and calls use the tenant's paid quota (admin console, billing, benefits). Permissions `im:message.urgent`, `im:message.urgent:sms`, `im:message.urgent:phone`",
    },
    otherwise: { 'zh-CN': '没有', en: 'none' },
  },
  'alerts.escalation.steps[].to': {
    what: { 'zh-CN': '告诉这些操作员和群', en: 'These operators and groups are told' },
    otherwise: { 'zh-CN': '没有', en: 'none' },
  },
  'alerts.order': {
    what: {
      'zh-CN': '按顺序试各个通道，一个发不出去或太慢就换下一个。没写进来的通道不发告警，但仍能下命令',
      en: 'The channels in the order in which they are tried: the next when one refuses or is too slow. What is not in it gets no alerts, but takes commands',
    },
    otherwise: {
      'zh-CN': '所有已配置的，按 feishu、qq、webhook 的顺序',
      en: 'all that are set up: feishu, qq, webhook',
    },
  },
  'alerts.copies': {
    what: { 'zh-CN': '每条紧急告警要送到几个通道', en: 'On how many channels each critical alert must arrive' },
  },
  'alerts.channel_timeout': {
    what: {
      'zh-CN': '一个通道试多久，之后下一个也发',
      en: 'How long one channel is tried before the next gets the alert as well',
    },
  },
  'alerts.channel_down': {
    what: {
      'zh-CN': 'Lifeline 自己的连接断开多久，才在其他通道上告诉你',
      en: "How long one of Lifeline's own links may be down before the other channels tell you",
    },
  },
  'alerts.away': {
    what: {
      'zh-CN': 'Lifeline 自己停了（或机器睡眠了）多久才告诉你',
      en: 'How long Lifeline itself must have been gone (or the machine asleep) to tell you so',
    },
  },
  'alerts.remind_every': {
    what: {
      'zh-CN': '没人确认的故障隔多久再提醒；`0s` 表示不提醒',
      en: 'How often an open incident that nobody has acknowledged is told again; `0s`: never',
    },
  },
  'alerts.quiet': {
    what: {
      'zh-CN': '免打扰时段：只有马上要人处理的才发，其余等到结束再发',
      en: 'Only what needs somebody at once may ring then; the rest comes at its end',
    },
    otherwise: { 'zh-CN': '没有', en: 'none' },
  },
  'alerts.ping_url': {
    what: {
      'zh-CN':
        'Lifeline 自己没了谁来说：每轮检查之后 ping 这个地址（healthchecks.io 或同样协议的服务），收不到时由它通知你。知道地址的人都能冒充 Lifeline，当密钥保管',
      en: "A dead man's switch (healthchecks.io, or what speaks its protocol): pinged after each round, so that you hear of it when Lifeline itself is gone. Whoever knows it can pretend to be Lifeline: keep it as a secret",
    },
    otherwise: { 'zh-CN': '没有', en: 'none' },
  },
} satisfies DescriptionsOf<'alerts'>;
