/** What the chat commands say. */
import type { Locale, Texts } from './locale.ts';

export interface CommandText {
  /** The name of an argument in help: `gateway` → `网关`. */
  argument(name: string): string;
  /** Several things in one line. */
  list(items: readonly string[]): string;

  noGateways(): string;
  whichGateway(command: string, names: readonly string[]): string;
  noSuchGateway(typed: string, near: string | null, names: readonly string[]): string;
  severalGateways(typed: string, names: readonly string[]): string;
  tooManyArguments(usage: string): string;

  subject(name: string, words: string): string;
  allWell(count: number): string;
  someIll(ill: readonly string[], count: number): string;
  cannotLook(problem: string | null): string;
  process(pid: number, startedAt: string, up: string): string;
  noProcess(): string;
  neverLooked(): string;
  since(words: string, at: string): string;
  cause(words: string): string;
  stoppedBy(operator: string, name: string): string;
  because(words: string, cause: string): string;
  remedy(words: string): string;
  restarts(lastHour: number, perHour: number, lastDay: number, perDay: number): string;
  incident(words: string, since: string, treatments: number): string;
  judgedAt(at: string): string;
  lifeline(version: string, up: string, undelivered: number): string;
  channel(name: string, state: string, since: string, problem: string | null): string;
  channelState(state: string): string;
  lastInbound(at: string): string;
  callsThisMonth(count: number): string;
  /** Between parts of one line. */
  readonly comma: string;

  logs(name: string, count: number): string;
  noLogLines(name: string): string;
  noLogFile(name: string, path: string | null): string;
  atMost(count: number): string;
  badCount(typed: string, most: number): string;

  helpTitle(): string;
  helpNote(): string;
  aliases(names: readonly string[]): string;
  needsRole(role: string): string;
  noSuchCommand(typed: string, near: string | null): string;
}

const ARGUMENTS: Texts<Readonly<Record<string, string>>> = {
  'zh-CN': { gateway: '网关', n: '行数', command: '命令', 'dry|confirm': 'dry|confirm' },
  en: {},
};

const CHANNEL_STATES: Texts<Readonly<Record<string, string>>> = {
  'zh-CN': { connected: '已连接', connecting: '正在连接', waiting: '等待重连', stopped: '已停止' },
  en: { waiting: 'waiting to reconnect' },
};

const TEXTS = {
  'zh-CN': {
    argument: (name) => ARGUMENTS['zh-CN'][name] ?? name,
    list: (items) => items.join('、'),

    noGateways: () => '没有配置任何网关',
    whichGateway: (command, names) => `哪个网关？有 ${names.join('、')}\n例如：/${command} ${names[0] ?? ''}`,
    noSuchGateway: (typed, near, names) => `没有叫「${typed}」的网关${near ? `，是不是 ${near}？` : ''}\n现有：${names.join('、')}`,
    severalGateways: (typed, names) => `「${typed}」不止一个：${names.join('、')}`,
    tooManyArguments: (usage) => `参数太多，用法：${usage}`,

    subject: (name, words) => `${name}：${words}`,
    allWell: (count) => `${count} 个网关都正常`,
    someIll: (ill, count) => `${count} 个网关里 ${ill.length} 个要留意：${ill.join('、')}`,
    cannotLook: (problem) => (problem === null ? '查看超时，状态不明' : `查看失败，状态不明：${problem}`),
    process: (pid, startedAt, up) => `进程 ${pid}，${startedAt} 启动，已运行 ${up}`,
    noProcess: () => '没有进程',
    neverLooked: () => '还没有查过进程',
    since: (words, at) => `${words}（${at} 起）`,
    because: (words, cause) => `${words}，${cause}`,
    remedy: (words) => `对策：${words}`,
    cause: (words) => `原因：${words}`,
    stoppedBy: (operator, name) => `${operator} 用 /stop 停的，要启动，发 /start ${name}`,
    restarts: (lastHour, perHour, lastDay, perDay) => `自动重启：1 小时内 ${lastHour}/${perHour} 次，24 小时内 ${lastDay}/${perDay} 次`,
    incident: (words, since, treatments) => `故障未恢复：${words}，${since} 起${treatments > 0 ? `，已处理 ${treatments} 次` : ''}`,
    judgedAt: (at) => `上次检查：${at}`,
    lifeline: (version, up, undelivered) => `Lifeline ${version}，已运行 ${up}，${undelivered > 0 ? `${undelivered} 条告警还没送达` : '告警都已送达'}`,
    channel: (name, state, since, problem) => `通道 ${name}：${state}（${since} 起）${problem === null ? '' : `，${problem}`}`,
    channelState: (state) => CHANNEL_STATES['zh-CN'][state] ?? state,
    lastInbound: (at) => `最后收到 ${at}`,
    callsThisMonth: (count) => `本月调用 ${count} 次`,
    comma: '，',

    logs: (name, count) => `${name} 最近 ${count} 行日志`,
    noLogLines: (name) => `${name} 的日志是空的`,
    noLogFile: (name, path) => `${name} 没有日志文件${path === null ? '' : `：${path}`}`,
    atMost: (count) => `一次最多 ${count} 行`,
    badCount: (typed, most) => `行数要在 1 到 ${most} 之间，不能是「${typed}」`,

    helpTitle: () => 'Lifeline 的命令',
    helpNote: () => '发 /help 加命令名看详情',
    aliases: (names) => `也可以发：${names.join('、')}`,
    needsRole: (role) => `需要角色：${role}`,
    noSuchCommand: (typed, near) => `没有 /${typed} 这个命令${near ? `，是不是 /${near}？` : '，发 /help 看全部'}`,
  },
  en: {
    argument: (name) => ARGUMENTS.en[name] ?? name,
    list: (items) => items.join(', '),

    noGateways: () => 'No gateway is configured',
    whichGateway: (command, names) => `Which gateway? There are ${names.join(', ')}\nFor example: /${command} ${names[0] ?? ''}`,
    noSuchGateway: (typed, near, names) => `No gateway is called "${typed}"${near ? `; did you mean ${near}?` : ''}\nThere are: ${names.join(', ')}`,
    severalGateways: (typed, names) => `"${typed}" could be ${names.join(' or ')}`,
    tooManyArguments: (usage) => `Too many arguments; usage: ${usage}`,

    subject: (name, words) => `${name}: ${words}`,
    allWell: (count) => `All ${count} gateways are well`,
    someIll: (ill, count) => `${ill.length} of ${count} gateways need a look: ${ill.join(', ')}`,
    cannotLook: (problem) => (problem === null ? 'no answer in time, state unknown' : `could not look, state unknown: ${problem}`),
    process: (pid, startedAt, up) => `process ${pid}, started ${startedAt}, up ${up}`,
    noProcess: () => 'no process',
    neverLooked: () => 'nobody has looked for the process yet',
    since: (words, at) => `${words} (since ${at})`,
    because: (words, cause) => `${words}: ${cause}`,
    remedy: (words) => `remedy: ${words}`,
    cause: (words) => `cause: ${words}`,
    stoppedBy: (operator, name) => `stopped with /stop by ${operator}; to start it, send /start ${name}`,
    restarts: (lastHour, perHour, lastDay, perDay) => `own restarts: ${lastHour}/${perHour} in the last hour, ${lastDay}/${perDay} in 24 hours`,
    incident: (words, since, treatments) => `open incident: ${words}, since ${since}${treatments > 0 ? `, treated ${treatments} ${treatments === 1 ? 'time' : 'times'}` : ''}`,
    judgedAt: (at) => `last check: ${at}`,
    lifeline: (version, up, undelivered) => `Lifeline ${version}, up ${up}, ${undelivered > 0 ? `${undelivered} ${undelivered === 1 ? 'alert' : 'alerts'} not delivered yet` : 'all alerts delivered'}`,
    channel: (name, state, since, problem) => `${name} channel: ${state} (since ${since})${problem === null ? '' : `, ${problem}`}`,
    channelState: (state) => CHANNEL_STATES.en[state] ?? state,
    lastInbound: (at) => `last heard ${at}`,
    callsThisMonth: (count) => `${count} ${count === 1 ? 'call' : 'calls'} this month`,
    comma: ', ',

    logs: (name, count) => `${name}: the last ${count} log ${count === 1 ? 'line' : 'lines'}`,
    noLogLines: (name) => `${name}'s log is empty`,
    noLogFile: (name, path) => `${name} has no log file${path === null ? '' : `: ${path}`}`,
    atMost: (count) => `At most ${count} lines at once`,
    badCount: (typed, most) => `The number of lines must be from 1 to ${most}, not "${typed}"`,

    helpTitle: () => "Lifeline's commands",
    helpNote: () => '/help and a command shows more',
    aliases: (names) => `also: ${names.join(', ')}`,
    needsRole: (role) => `needs the role ${role}`,
    noSuchCommand: (typed, near) => `There is no command /${typed}${near ? `; did you mean /${near}?` : '; /help shows them all'}`,
  },
} satisfies Texts<CommandText>;

export const commandText = (locale: Locale): CommandText => TEXTS[locale];

/** What each command does, in one line of help. */
export const COMMAND_HELP = {
  status: { 'zh-CN': '看网关、连接和 Lifeline 的状态', en: 'how the gateways, their links and Lifeline are' },
  restart: { 'zh-CN': '重启网关，并确认它真的恢复了；加 dry 只看会怎么做', en: 'restart a gateway and prove that it came back; with dry: only say how' },
  start: { 'zh-CN': '启动停着的网关；加 dry 只看会怎么做', en: 'start a gateway that is down; with dry: only say how' },
  stop: { 'zh-CN': '停止网关，直到有人再启动它；加 dry 只看会怎么做', en: 'stop a gateway until somebody starts it; with dry: only say how' },
  logs: { 'zh-CN': '看最近的日志', en: 'the latest log lines' },
  why: { 'zh-CN': '现在的判断依据是什么', en: 'what the present verdicts rest on' },
  help: { 'zh-CN': '看有哪些命令', en: 'which commands there are' },
} satisfies Record<string, Texts<string>>;
