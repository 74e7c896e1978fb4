/**
 * What to click in the consoles, in order. The labels are those that the consoles show in that language; QQ's has no
 * English.
 */
import type { Locale, Texts } from '../locale.ts';

type Choice = 'feishu' | 'lark' | 'qq';

/** The page of each console. */
export const CONSOLES: Readonly<Record<Choice, string>> = {
  feishu: 'https://open.feishu.cn/app',
  lark: 'https://open.larksuite.com/app',
  qq: 'https://q.qq.com',
};

/** What the developer console takes as a whole; the optional ones may be taken out. */
export const FEISHU_SCOPES = JSON.stringify({
  scopes: {
    tenant: [
      'im:message:send_as_bot',
      'im:message.p2p_msg:readonly',
      'im:message.group_at_msg:readonly',
      'im:message.urgent',
      'im:resource:upload',
    ],
    user: [],
  },
});

const en = {
  welcome: () => 'Setting up Lifeline',
  /** The steps up to the credentials. */
  create: (choice: Choice): readonly string[] =>
    choice === 'qq'
      ? [
          `1. Open ${CONSOLES.qq}, log in, create a bot.`,
          '   It need not be verified: then only its creator',
          '   can use it, and that is you',
          '2. Enter no webhook (callback) address:',
          '   it would switch the long connection off',
          '3. Leave the IP allow-list empty, or add this machine',
          '4. Copy AppID and AppSecret from the development settings',
          '',
          "Never the gateway's own bot: messages would be lost",
        ]
      : [
          `1. Open ${CONSOLES[choice]} and create a custom app`,
          '2. "Add Features" → add "Bot"',
          '3. "Permissions & Scopes" → grant:',
          '   im:message:send_as_bot            send',
          '   im:message.p2p_msg:readonly       hear you',
          '   im:message.group_at_msg:readonly  mentions in groups (optional)',
          '   im:message.urgent                 ring the phone (optional)',
          '   im:resource:upload                long logs as files (optional)',
          '4. "Version Management & Release" → create a version,',
          '   available to all who shall get alerts → publish it',
          '   (permissions count only from then on)',
          '5. "Credentials & Basic Info" → copy App ID and App Secret',
          '',
          "Never the gateway's own app: messages would be lost",
        ],
  /** The steps after Lifeline has connected. */
  listen: (choice: Choice): readonly string[] =>
    choice === 'qq'
      ? [
          '1. Scan the QR code of the bot in the QQ console',
          '   and add it as a friend',
          '2. Open its profile: 允许主动发送 must be on.',
          '   Without it the bot can answer but not alert',
        ]
      : [
          '1. "Events & Callbacks" → "Event Configuration" →',
          '   subscription mode: long (persistent) connection → save',
          '2. Add the event im.message.receive_v1',
          '3. "Callback Configuration" → subscription mode:',
          '   long (persistent) connection → save',
          '4. Add the callback card.action.trigger',
          '5. "Version Management & Release" → create one more',
          '   version and publish it',
          '',
          'The console saves these only while a client is connected.',
          'If "verify connection" fails although Lifeline is: just save',
        ],
};

const zh: typeof en = {
  welcome: () => 'Lifeline 设置',
  create: (choice) =>
    choice === 'qq'
      ? [
          `1. 打开 ${CONSOLES.qq}，登录，创建机器人`,
          '   不用认证：没认证的只有创建者能用，那就是你',
          '2. 不要填 webhook（回调）地址，否则收不到消息',
          '3. IP 白名单留空，或加上这台机器的地址',
          '4. 在开发设置里复制 AppID 和 AppSecret',
          '',
          '不要用网关自己的机器人：消息会被抢走',
        ]
      : [
          `1. 打开 ${CONSOLES[choice]}，创建企业自建应用`,
          '2.「添加应用能力」→ 添加「机器人」',
          '3.「权限管理」→ 开通权限：',
          '   im:message:send_as_bot            发消息',
          '   im:message.p2p_msg:readonly       收单聊消息',
          '   im:message.group_at_msg:readonly  收群里 @ 它的消息（可选）',
          '   im:message.urgent                 严重告警加急（可选）',
          '   im:resource:upload                长日志发成文件（可选）',
          '4.「版本管理与发布」→ 创建版本，可用范围包含',
          '   所有要收提醒的人 → 发布（发布后权限才生效）',
          '5.「凭证与基础信息」→ 复制 App ID 和 App Secret',
          '',
          '不要用网关自己的应用：消息会被抢走',
        ],
  listen: (choice) =>
    choice === 'qq'
      ? [
          '1. 在 QQ 后台扫机器人的二维码，加它为好友',
          '2. 打开它的资料页，确认「允许主动发送」是开的',
          '   关着的话它只能回答，不能主动提醒',
        ]
      : [
          '1.「事件与回调」→「事件配置」→ 订阅方式选',
          '   「使用长连接接收事件」→ 保存',
          '2. 添加事件：接收消息 im.message.receive_v1',
          '3. 切到「回调配置」→ 订阅方式选',
          '   「使用长连接接收回调」→ 保存',
          '4. 添加回调：卡片回传交互 card.action.trigger',
          '5.「版本管理与发布」→ 再创建一个版本并发布',
          '',
          '没有客户端连着时后台存不了，所以要现在做。',
          '「验证连接」报错但上面说已连上：直接保存即可',
        ],
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const guideText = (locale: Locale) => TEXTS[locale];
