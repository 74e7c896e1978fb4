/** What `lifeline init` says about one channel: credentials, connection, pairing, the test alert. */
import type { Locale, Texts } from '../locale.ts';
import { linkName } from '../common/conditions.ts';

export type ChannelChoice = 'feishu' | 'lark' | 'qq';

/** Sets Chinese and Latin letters apart. */
export const spaced = (text: string): string =>
  text.replace(/(\p{Script=Han})(?=[A-Za-z])|([A-Za-z])(?=\p{Script=Han})/gu, '$& ');

const en = {
  guideTitle: (choice: ChannelChoice) =>
    `${linkName(choice, 'en')}: create ${choice === 'qq' ? 'a bot' : 'an app'} for Lifeline alone`,
  appId: (choice: ChannelChoice): string => (choice === 'qq' ? 'The AppID' : 'The App ID'),
  appSecret: (choice: ChannelChoice): string =>
    choice === 'qq' ? 'The AppSecret (hidden as you type)' : 'The App Secret (hidden as you type)',
  wrongShape: (choice: ChannelChoice): string =>
    choice === 'qq'
      ? 'An AppID has digits only, such as 102000000'
      : 'An App ID is cli_ and 16 hexadecimal digits, such as cli_0123456789abcdef',
  trying: (choice: ChannelChoice) => `Asking ${linkName(choice, 'en')} whether that is right…`,
  credentialsGood: (choice: ChannelChoice, name: string) =>
    `${linkName(choice, 'en')} takes the credentials${name === '' ? '' : `: the bot is called "${name}"`}`,
  wrongCredentials: (choice: ChannelChoice): string =>
    choice === 'qq'
      ? 'AppID or AppSecret is wrong: copy both anew from the QQ bot console'
      : 'App ID or App Secret is wrong: copy both anew from "Credentials & Basic Info"',
  noPermission: () =>
    'The app may not send yet: grant im:message:send_as_bot under "Permissions & Scopes", then publish a version under "Version Management & Release"',
  notReady: (choice: ChannelChoice) => `The bot on ${linkName(choice, 'en')} cannot be used yet`,
  unreachable: (choice: ChannelChoice) =>
    `${linkName(choice, 'en')} cannot be reached: check the network of this machine`,
  foreign: (home: string) =>
    `That is the gateway's own bot (${home}): the two would take each other's messages. Create another one for Lifeline`,
  platformSays: (detail: string) => `In detail: ${detail}`,
  whatNow: () => 'What now?',
  tryAgain: () => 'Try again',
  otherCredentials: () => 'Type them anew',
  goOn: () => 'Go on',

  connecting: (choice: ChannelChoice) => `Connecting to ${linkName(choice, 'en')}…`,
  connected: (choice: ChannelChoice) => `Connected to ${linkName(choice, 'en')}`,
  notConnected: (choice: ChannelChoice) => `No connection to ${linkName(choice, 'en')}`,
  consoleTitle: (choice: ChannelChoice) =>
    choice === 'qq' ? 'QQ: on your phone' : `${linkName(choice, 'en')}: save these now, while Lifeline is connected`,
  consoleDone: (choice: ChannelChoice): string =>
    choice === 'qq' ? 'Is the bot your friend?' : 'Saved and published?',

  waitingForCode: () => 'Waiting for the code',
  paired: (name: string, role: string) => `Paired: ${name}, ${role}`,
  nobodyPaired: (channel: 'feishu' | 'qq'): string =>
    channel === 'feishu'
      ? 'No code came. Check: events use the long connection and im.message.receive_v1 is added; the permission im:message.p2p_msg:readonly is granted; a version is published'
      : 'No code came. Check: the bot is your friend; no webhook address is entered in the console; its IP allow-list is empty or has this machine',
  newCode: () => 'Try once more with a new code?',
  pairLater: () => 'Nobody was paired. Later: lifeline pair, or the code that lifeline run shows',
  whom: () => 'Whom shall it pair?',
  somebodyNew: () => 'Somebody else',
  whatName: () => 'A name (it stands in the audit)',
  badName: () => '1 to 40 characters, and nobody of that name on this channel yet',
  whatRole: () => 'What may they do?',

  sendingTest: (choice: ChannelChoice) => `Sending a test alert over ${linkName(choice, 'en')}…`,
  /** @param tap whether the message's button is to be tapped. */
  testSent: (choice: ChannelChoice, tap: boolean) =>
    `A test alert is on ${linkName(choice, 'en')}${tap ? ': tap its button' : ''}`,
  testFailed: (choice: ChannelChoice) => `The test alert could not be sent over ${linkName(choice, 'en')}`,
  waitingForTap: () => 'Waiting for the tap',
  tapped: () => 'Your tap came: alerts and buttons work',
  /** Somebody wrote instead of tapping. */
  answered: () => 'Your answer came: alerts work; the button was not tapped, so whether buttons work is not known',
  noTap: (choice: ChannelChoice): string =>
    choice === 'qq'
      ? "No answer came. No alert on the phone? Switch on 允许主动发送 in the bot's profile"
      : 'No answer came. Error 200340 on the phone? Callbacks must use the long connection, with card.action.trigger, and a version be published',
  testTitle: () => 'A test alert',
  testLine: (time: string) => `${time} Lifeline is being set up`,
  testNote: (choice: ChannelChoice): string =>
    choice === 'qq' ? 'Tap the button; if there is none, answer anything' : 'Tap the button below',
  testButton: () => 'Got it',
  sendingAll: () => 'Sending a test message to everybody…',
};

export type SetupChannelText = typeof en;

const zh: typeof en = {
  guideTitle: (choice) =>
    spaced(`${linkName(choice, 'zh-CN')}：新建一个 Lifeline 专用的${choice === 'qq' ? '机器人' : '应用'}`),
  appId: (choice) => (choice === 'qq' ? 'AppID' : 'App ID'),
  appSecret: (choice) => (choice === 'qq' ? 'AppSecret（输入时不显示）' : 'App Secret（输入时不显示）'),
  wrongShape: (choice) =>
    choice === 'qq' ? 'AppID 只有数字，例如 102000000' : 'App ID 是 cli_ 加 16 位十六进制，例如 cli_0123456789abcdef',
  trying: (choice) => spaced(`正在向${linkName(choice, 'zh-CN')}验证……`),
  credentialsGood: (choice, name) =>
    spaced(`${linkName(choice, 'zh-CN')}验证通过${name === '' ? '' : `：机器人「${name}」`}`),
  wrongCredentials: (choice) =>
    choice === 'qq'
      ? 'AppID 或 AppSecret 不对：在 QQ 机器人后台重新复制两项'
      : 'App ID 或 App Secret 不对：在「凭证与基础信息」里重新复制两项',
  noPermission: () => '应用还不能发消息：在「权限管理」开通 im:message:send_as_bot，再到「版本管理与发布」发布一个版本',
  notReady: (choice) => spaced(`${linkName(choice, 'zh-CN')}上的机器人还不能用`),
  unreachable: (choice) => spaced(`连不上${linkName(choice, 'zh-CN')}：检查这台机器的网络`),
  foreign: (home) => `这是网关自己的机器人（${home}）：两边会互相抢消息。请给 Lifeline 另建一个`,
  platformSays: (detail) => `原话：${detail}`,
  whatNow: () => '接下来？',
  tryAgain: () => '再试一次',
  otherCredentials: () => '重新输入',
  goOn: () => '先继续',

  connecting: (choice) => spaced(`正在连接${linkName(choice, 'zh-CN')}……`),
  connected: (choice) => spaced(`已连上${linkName(choice, 'zh-CN')}`),
  notConnected: (choice) => spaced(`没能连上${linkName(choice, 'zh-CN')}`),
  consoleTitle: (choice) =>
    spaced(choice === 'qq' ? 'QQ：在手机上' : `${linkName(choice, 'zh-CN')}：趁 Lifeline 连着，去后台保存`),
  consoleDone: (choice) => (choice === 'qq' ? '加好友了吗？' : '保存并发布了吗？'),

  waitingForCode: () => '等待配对',
  paired: (name, role) => `已配对：${name}，${role}`,
  nobodyPaired: (channel) =>
    channel === 'feishu'
      ? '没有收到配对码。检查：「事件配置」是长连接并加了 im.message.receive_v1；有 im:message.p2p_msg:readonly 权限；版本已发布'
      : '没有收到配对码。检查：机器人已加为好友；后台没有填 webhook 地址；IP 白名单为空或包含这台机器',
  newCode: () => '换一个新的配对码再试？',
  pairLater: () => '还没有配对。以后运行 lifeline pair，或 lifeline run 会显示配对码',
  whom: () => '给谁配对？',
  somebodyNew: () => '另一个人',
  whatName: () => '名字（出现在操作记录里）',
  badName: () => '1 到 40 个字，而且这个通道上还没有这个名字',
  whatRole: () => '可以做什么？',

  sendingTest: (choice) => spaced(`正在通过${linkName(choice, 'zh-CN')}发测试提醒……`),
  testSent: (choice, tap) => spaced(`测试提醒已发到${linkName(choice, 'zh-CN')}${tap ? '：请点上面的按钮' : ''}`),
  testFailed: (choice) => spaced(`测试提醒没能通过${linkName(choice, 'zh-CN')}发出`),
  waitingForTap: () => '等你点按钮',
  tapped: () => '收到了你点的按钮，提醒和按钮都好用',
  answered: () => '收到了你的回复，提醒好用；没有点按钮，所以按钮好不好用还不知道',
  noTap: (choice) =>
    choice === 'qq'
      ? '没有收到回应。没看到提醒？打开机器人资料页的「允许主动发送」'
      : '没有收到回应。点按钮报错 200340？「回调配置」要选长连接，加 card.action.trigger，再发布版本',
  testTitle: () => '测试提醒',
  testLine: (time) => `${time} Lifeline 设置`,
  testNote: (choice) => (choice === 'qq' ? '请点按钮；看不到按钮就随便回一句' : '请点下面的按钮'),
  testButton: () => '收到',
  sendingAll: () => '正在给每个人发测试消息……',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const setupChannelText = (locale: Locale): SetupChannelText => TEXTS[locale];
