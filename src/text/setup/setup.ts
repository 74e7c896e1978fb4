/**
 * What `lifeline init` says and asks. What belongs to one channel is in `channel.ts`, the steps in the consoles in
 * `guides.ts`.
 */
import type { Locale, Texts } from '../locale.ts';
import { setupChannelText, spaced, type ChannelChoice, type SetupChannelText } from './channel.ts';
import { allHomeWords, lookedFor } from './homes.ts';
import { linkName } from '../common/conditions.ts';

interface FoundState {
  readonly links: readonly string[];
  readonly pid: number | null;
  readonly keeper:
    | { readonly kind: 'keeps'; readonly supervisor: string; readonly unit: string }
    | { readonly kind: 'unknown'; readonly why: string };
}

interface NextSteps {
  /** Lifeline runs, as a service or otherwise. */
  readonly runs: boolean;
  /** The running Lifeline still has the earlier configuration. */
  readonly restart: boolean;
  /** Where the configuration is, when `lifeline run` does not look there by itself. */
  readonly config: string | null;
}

const KEEPERS = {
  'zh-CN': {
    'systemd-user': 'systemd 用户服务',
    'systemd-system': 'systemd 系统服务',
    launchd: 'launchd',
    docker: '容器',
    s6: 's6',
    process: '',
  },
  en: {
    'systemd-user': 'systemd user unit',
    'systemd-system': 'systemd system unit',
    launchd: 'launchd job',
    docker: 'container',
    s6: 's6 slot',
    process: '',
  },
} satisfies Texts<Record<string, string>>;

const keeper = (state: FoundState['keeper'], locale: Locale): string | null => {
  if (state.kind === 'unknown' || state.supervisor === 'process') return null;
  return `${(KEEPERS[locale] as Readonly<Record<string, string>>)[state.supervisor] ?? state.supervisor} ${state.unit}`;
};

const quoted = (path: string): string => (/^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

const runCommand = (config: string | null): string =>
  `lifeline run${config === null ? '' : ` --config ${quoted(config)}`}`;

const firstStepEn = ({ runs, restart, config }: NextSteps): string => {
  if (restart) return 'Send /reload from the phone, or restart Lifeline: then the changes count';
  return runs ? 'Lifeline runs: lifeline service status shows it' : `Start watching: ${runCommand(config)}`;
};

const firstStepZh = ({ runs, restart, config }: NextSteps): string => {
  if (restart) return '在手机上发 /reload，或重启 Lifeline，让改动生效';
  return runs ? 'Lifeline 已在运行：lifeline service status 看它' : `开始看护：${runCommand(config)}`;
};

const en = {
  missing: (flag: string) =>
    `${flag} is missing. Without a terminal (or with --yes) nothing is asked: give it on the command line.`,
  howToChoose: () => ' (space selects, enter confirms)',
  atLeastOne: () => 'Choose at least one: space selects',
  empty: () => 'It is empty',
  yes: () => 'Yes',
  no: () => 'No',
  done: () => 'Done',
  waitLine: (message: string, left: string) => `${message}  ${left} left, S skips`,
  notRunningYet: () => 'Still being set up, and not watching yet. Send it again afterwards',
  cancelled: (saved: boolean): string =>
    saved
      ? 'Ended. What was saved before stays; nothing else has changed.'
      : 'Ended. Nothing on this machine has changed.',

  found: (file: string) => `There is a configuration: ${file}. What you do not choose stays as it is`,
  looking: () => 'Looking at the gateways of this machine…',
  whichGateways: () => 'Which gateways shall be watched?',
  gatewayState: ({ pid, links, keeper: state }: FoundState): string => {
    const by = keeper(state, 'en');
    const kept = by === null ? 'no service manager' : `kept by ${by}`;
    const how = state.kind === 'unknown' ? `what keeps it cannot be told: ${state.why}` : kept;
    const which = links.length > 0 ? `; ${links.map((link) => linkName(link, 'en')).join(', ')}` : '';
    return `${pid === null ? 'not running' : `running, process ${pid}`}, ${how}${which}`;
  },
  /** A gateway that was found. */
  gateway: (name: string, title: string, home: string) => `${name} (${title}, ${home})`,
  watching: (gateways: readonly string[]) => `Watching: ${gateways.join(', ')}`,
  noGateway: () =>
    `There is no gateway on this machine; looked for ${lookedFor('en')}. Any other program can be watched, too: docs/generic.md`,
  whichHome: () => "Where is the gateway's home?",
  noHome: () => `This is no gateway's home. ${allHomeWords('en')}. Any other program: docs/generic.md`,

  whichChannels: () => 'On which channels shall alerts come? Two are better: one may fail',
  channel: (choice: ChannelChoice) => linkName(choice, 'en'),
  channelHint: (choice: ChannelChoice) =>
    ({ feishu: 'a custom app', lark: 'Feishu outside China', qq: 'a QQ bot' })[choice],
  notBoth: () => 'Feishu or Lark, not both: an app belongs to one of them',
  noChannel: () => 'No channel was set up, so no configuration was written.',
  leaveOut: (choice: ChannelChoice) => `Leave ${linkName(choice, 'en')} out for now`,

  saved: (file: string) => `Saved: ${file} (only you can read it)`,
  nothingToChange: () => 'Nothing to change; the configuration stays as it is',
  askService: (scope: 'user' | 'system'): string =>
    scope === 'system'
      ? 'Install it as a system service that starts with the machine?'
      : 'Install it as a service of your user that starts by itself?',
  /** The gateways are user services of this account. */
  serviceOfOther: (account: string) =>
    `The gateways are user services of ${account}: a service of root's would not fit, so none is installed. As ${account}, run: lifeline init`,
  installing: () => 'Installing the service…',
  next: (steps: NextSteps): readonly string[] => [
    `1. ${firstStepEn(steps)}`,
    '2. On the phone: /status says how things are, /help lists all commands',
    '3. lifeline doctor looks for weak points; lifeline init can be run again at any time',
  ],

  /** Which step of the set-up it is. */
  step: (number: number, all: number, title: string) => `Step ${number} of ${all}: ${title}`,
  steps: {
    gateways: 'the gateways',
    channels: 'the channels',
    bot: (channel: string) => `the bot on ${channel}`,
    console: (channel: string) => `the console of ${channel}`,
    phone: (channel: string) => `your phone on ${channel}`,
    ping: 'who watches Lifeline',
    service: 'save, and run as a service',
  },
  scan: (address: string) => `With the phone: ${address}`,
  scopesToPaste: () => 'The permissions, for "Batch import/export scopes":',

  pingTitle: () => "A dead man's switch",
  pingGuide: (): readonly string[] => [
    'If this machine dies, Lifeline dies with it and can tell nobody.',
    'A service outside, such as healthchecks.io, alarms when its pings end.',
    'Create a check there and copy its ping address.',
  ],
  pingUrl: () => 'Ping address (empty: none)',
  noAddress: () => 'This is no address: https://…',
  askDigest: () => 'Get a summary every Monday?',
  pingTrying: () => 'Sending a ping…',
  pingGood: () => 'It took a ping. That it alarms when the pings end was not tried',
  pingBad: (reason: string) => `It did not take the ping: ${reason}`,

  whatToDo: () => 'What shall be done?',
  doAdd: (channel: string) => `Add ${channel}`,
  doChange: (channel: string) => `Change the credentials of ${channel}`,
  doPair: (channel: string) => `Pair another phone (${channel})`,
  doGateways: (count: number) => `Watch ${count === 1 ? 'the gateway' : `the ${count} gateways`} found since`,
  doTest: () => 'Send a test message to everybody',
  doService: () => 'Install it as a service',
  doNothing: () => 'Nothing more',
};

export type SetupText = typeof en & SetupChannelText;

const zh: typeof en = {
  missing: (flag) => `缺少 ${flag}。不在终端里运行（或用了 --yes）时不会提问，请在命令行里给出。`,
  howToChoose: () => '（空格选择，回车确认）',
  atLeastOne: () => '至少选一个：按空格选择',
  empty: () => '不能为空',
  yes: () => '是',
  no: () => '否',
  done: () => '好了',
  waitLine: (message, left) => `${message}  还剩 ${left}，按 S 跳过`,
  notRunningYet: () => '正在设置，还没开始看护。设置完成后再发',
  cancelled: (saved) => (saved ? '已退出。先前保存的都在，其余没有改动。' : '已退出，这台机器没有任何改动。'),

  found: (file) => `已有配置：${file}。没选的都保持原样`,
  looking: () => '正在查看这台机器上的网关……',
  whichGateways: () => '看护哪些网关？',
  gatewayState: ({ pid, links, keeper: state }) => {
    const by = keeper(state, 'zh-CN');
    const kept = by === null ? '没有服务管理器' : `由 ${by} 管理`;
    const how = state.kind === 'unknown' ? `查不到由谁启动：${state.why}` : kept;
    const which = links.length > 0 ? `；${links.map((link) => linkName(link, 'zh-CN')).join('、')}` : '';
    return `${pid === null ? '没有在运行' : `运行中，进程 ${pid}`}，${how}${which}`;
  },
  gateway: (name, title, home) => `${name}（${title}，${home}）`,
  watching: (gateways) => `看护：${gateways.join('、')}`,
  noGateway: () => `这台机器上没找到网关，找过 ${lookedFor('zh-CN')}。别的程序也能看护：docs/generic.zh-CN.md`,
  whichHome: () => '网关的目录在哪里？',
  noHome: () => `这里不是网关的目录。${allHomeWords('zh-CN')}。别的程序：docs/generic.zh-CN.md`,

  whichChannels: () => '用哪些通道提醒你？建议两个，一个断了还有另一个',
  channel: (choice) => linkName(choice, 'zh-CN'),
  channelHint: (choice) => ({ feishu: '飞书自建应用', lark: '飞书国际版', qq: 'QQ 机器人' })[choice],
  notBoth: () => '飞书和 Lark 只能选一个：一个应用只属于其中一边',
  noChannel: () => '没有设置任何通道，所以没有写配置。',
  leaveOut: (choice) => spaced(`先不设置${linkName(choice, 'zh-CN')}`),

  saved: (file) => `已保存：${file}（只有你能读）`,
  nothingToChange: () => '没有要改的，配置保持原样',
  askService: (scope) => (scope === 'system' ? '装成系统服务，开机自动运行？' : '装成用户服务，登录和开机自动运行？'),
  serviceOfOther: (account) =>
    `这些网关是用户 ${account} 的用户服务，root 的服务不合适，先不装。请以 ${account} 的身份运行：lifeline init`,
  installing: () => '正在安装服务……',
  next: (steps) => [
    `1. ${firstStepZh(steps)}`,
    '2. 在手机上发 /status 看状态，/help 看全部命令',
    '3. lifeline doctor 检查网关的隐患；lifeline init 随时可以再来',
  ],

  step: (number, all, title) => `第 ${number} 步，共 ${all} 步：${title}`,
  steps: {
    gateways: '网关',
    channels: '通道',
    bot: (channel) => spaced(`${channel}的机器人`),
    console: (channel) => spaced(`${channel}的后台`),
    phone: (channel) => spaced(`${channel}上的你`),
    ping: '外部心跳',
    service: '保存，装成服务',
  },
  scan: (address) => `用手机打开：${address}`,
  scopesToPaste: () => '权限可以一次粘贴（「批量导入/导出权限」）：',

  pingTitle: () => '外部心跳监控',
  pingGuide: () => [
    '这台机器断电或断网时，Lifeline 也发不出告警。',
    '外面的服务（如 healthchecks.io）收不到心跳就报警。',
    '在那里建一个检查，复制它的心跳地址。',
  ],
  pingUrl: () => '心跳地址（没有就直接回车）',
  noAddress: () => '这不是网址：https://…',
  askDigest: () => '要不要每周一发一份运行简报？',
  pingTrying: () => '正在发一次心跳……',
  pingGood: () => '心跳地址可用。心跳停了会不会报警，没有试',
  pingBad: (reason) => `心跳发送失败：${reason}`,

  whatToDo: () => '要做什么？',
  doAdd: (channel) => spaced(`添加${channel}`),
  doChange: (channel) => spaced(`更换${channel}的凭证`),
  doPair: (channel) => `再配对一部手机（${channel}）`,
  doGateways: (count) => `看护新找到的网关（${count} 个）`,
  doTest: () => '给所有人发测试消息',
  doService: () => '安装成服务',
  doNothing: () => '结束',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const setupText = (locale: Locale): SetupText => ({ ...TEXTS[locale], ...setupChannelText(locale) });

/** Asked before a language is known. */
export const LANGUAGE_QUESTION = '语言 / Language';
export const LANGUAGE_NAMES = { 'zh-CN': '中文', en: 'English' } satisfies Texts<string>;
