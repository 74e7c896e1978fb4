/** What the chat commands say. */
import type { Locale, Texts } from '../locale.ts';

/** What a command does to the world; those of admins stand apart. */
export type HelpGroup = 'reads' | 'interrupts' | 'changes' | 'admin' | 'own';

const GROUPS: Texts<Readonly<Record<HelpGroup, string>>> = {
  'zh-CN': { reads: '查看', interrupts: '启停', changes: '告警和维护', admin: '管理员', own: '自己的' },
  en: {
    reads: 'To look',
    interrupts: 'To act',
    changes: 'Alerts and maintenance',
    admin: 'For admins',
    own: 'Your own',
  },
};

const CHANNEL_STATES: Texts<Readonly<Record<string, string>>> = {
  'zh-CN': { connected: '已连接', connecting: '正在连接', waiting: '等待重连', stopped: '已停止' },
  en: { waiting: 'waiting to reconnect' },
};

/** What may still be used up: whichever limit is nearer. */
/** More names than a lock screen shows help nobody. */
const MOST_NAMES = 5;

const left = (lastHour: number, perHour: number, lastDay: number, perDay: number): number =>
  Math.max(0, Math.min(perHour - lastHour, perDay - lastDay));

export interface ResourceWords {
  readonly memory: {
    readonly size: string;
    readonly ceiling: string | null;
    readonly share: number | null;
    readonly processes: number;
    readonly by: 'pss' | 'group' | 'rss';
  } | null;
  readonly files: { readonly open: number; readonly most: number } | null;
  /** How much is free. */
  readonly disk: string | null;
}

/** PSS is the usual; of other counts it is said. */
const MEMORY_BY: Texts<Readonly<Record<'pss' | 'group' | 'rss', string>>> = {
  'zh-CN': { pss: '', group: '（按 cgroup 计）', rss: '（按 RSS 计，共用的会重复算）' },
  en: { pss: '', group: ' (by its control group)', rss: ' (RSS: shared memory counts again and again)' },
};

const en = {
  /** Several things in one line. */
  list: (items: readonly string[]) => items.join(', '),

  subject: (name: string, words: string) => `${name}: ${words}`,
  allWell: (count: number) => `All ${count} gateways are well`,
  someIll: (ill: readonly string[], count: number) =>
    `${ill.length} of ${count} gateways need a look: ${ill.slice(0, MOST_NAMES).join(', ')}${ill.length > MOST_NAMES ? ', …' : ''}`,
  /** Gateways in trouble that have no line. */
  moreIll: (count: number) => `${count} more need a look; one by one: /status NAME`,
  /** Healthy gateways, which have no line each. */
  othersWell: (count: number) => `the other ${count} are well`,
  cannotLook: (problem: string | null) =>
    problem === null ? 'no answer in time, state unknown' : `could not look, state unknown: ${problem}`,
  /** A clock time, and how long ago that is. */
  timeAgo: (at: string, ago: string) => `${at} (${ago})`,
  process: (pid: number, startedAt: string, up: string) => `Process ${pid}, up ${up} (since ${startedAt})`,
  memory: (size: string) => `memory ${size}`,
  /** `share`: of what it could hold, in per cent. `by`: how it was told. */
  resources: ({ memory, files, disk }: ResourceWords) =>
    [
      memory === null
        ? 'Memory not known here'
        : `Memory ${memory.size}${memory.ceiling === null ? '' : ` of ${memory.ceiling} (${memory.share} %)`}, ${memory.processes === 1 ? '1 process' : `${memory.processes} processes`}${MEMORY_BY.en[memory.by]}`,
      files === null
        ? 'open files not known here'
        : `open files ${files.open} of ${files.most}${files.open >= files.most ? ', none left' : ''}`,
      ...(disk === null ? [] : [`disk ${disk} free`]),
    ].join('; '),
  noProcess: () => 'No process',
  notRunning: () => 'not running',
  neverLooked: () => 'Nobody has looked for the process yet',
  /** The line of a gateway of which no process is looked for. */
  notLookedFor: () => 'Its process is not looked for: only its log and checks count',
  /** What would help and only a person can do. */
  byYourself: (words: string) => `${words} (yourself)`,
  since: (words: string, at: string) => `${words} (since ${at})`,
  sinceFor: (words: string, at: string, time: string) => `${words} (since ${at}, for ${time})`,
  lastProof: (ago: string) => `last proof ${ago}`,
  lastAsked: (ago: string) => `last message ${ago}`,
  lastAnswered: (ago: string) => `answered ${ago}`,
  notAnsweredYet: () => 'not answered yet',
  because: (words: string, cause: string) => `${words}: ${cause}`,
  remedy: (words: string) => `remedy: ${words}`,
  cause: (words: string) => `Cause: ${words}`,
  stoppedBy: (operator: string, name: string) => `stopped with /stop by ${operator}; to start it, send /start ${name}`,
  restarts: (lastHour: number, perHour: number, lastDay: number, perDay: number) =>
    `Own restarts left: ${left(lastHour, perHour, lastDay, perDay)} (1 h: ${lastHour}/${perHour}, 24 h: ${lastDay}/${perDay})`,
  /** `words` null: what it is has been said. */
  incident: (id: number, words: string | null, since: string, time: string, treatments: number) =>
    `Open incident #${id}${words === null ? '' : `: ${words}`}, since ${since}, for ${time}${treatments > 0 ? `, treated ${treatments} ${treatments === 1 ? 'time' : 'times'}` : ''}`,
  /** What made it ill is over. `stage`: well but not for long, or not proven well yet. */
  endingIncident: (id: number, words: string, since: string, treatments: number, stage: 'waiting' | 'coming_back') =>
    `Incident #${id} ${stage === 'waiting' ? 'waits for its recovery' : 'has just recovered and is over once that lasts'}: ${words} from ${since}${treatments > 0 ? `, treated ${treatments} ${treatments === 1 ? 'time' : 'times'}` : ''}`,
  /** How a gateway is whose incident is not over yet. */
  checkPending: () => 'running, a check of yours does not succeed yet',
  justRecovered: (words: string) => `${words} (just recovered, watching)`,
  lastIncident: (id: number, words: string, since: string, lasted: string) =>
    `Last incident #${id}: ${words}, ${since}, lasted ${lasted}`,
  judgedAt: (at: string) => `Last check: ${at}`,
  lifeline: (version: string, up: string, undelivered: number) =>
    `Lifeline ${version}, up ${up}, ${undelivered > 0 ? `${undelivered} ${undelivered === 1 ? 'message' : 'messages'} not delivered yet` : 'all alerts delivered'}`,
  channel: (name: string, state: string, since: string, problem: string | null) =>
    `${name} channel: ${state} (since ${since})${problem === null ? '' : `, ${problem}`}`,
  channelState: (state: string) => CHANNEL_STATES.en[state] ?? state,
  lastInbound: (ago: string) => `heard ${ago}`,
  callsThisMonth: (count: number) => `${count} ${count === 1 ? 'call' : 'calls'} this month`,
  /** Between parts of one line. */
  comma: ', ',

  helpTitle: () => "Lifeline's commands",
  helpNote: () => '/help and a command shows how it is used',
  aliases: (names: readonly string[]) => `also: ${names.join(', ')}`,
  asksFirst: () => 'asks first where it would interrupt the gateway',
  needsRole: (role: string) => `needs the role ${role}`,
  group: (group: HelpGroup) => GROUPS.en[group],
};

const zh: typeof en = {
  list: (items) => items.join('、'),

  subject: (name, words) => `${name}：${words}`,
  allWell: (count) => `${count} 个网关都正常`,
  someIll: (ill, count) =>
    `${count} 个网关里 ${ill.length} 个要留意：${ill.slice(0, MOST_NAMES).join('、')}${ill.length > MOST_NAMES ? ' 等' : ''}`,
  moreIll: (count) => `还有 ${count} 个要留意，一个一个看：/status 名字`,
  othersWell: (count) => `其余 ${count} 个正常`,
  cannotLook: (problem) => (problem === null ? '查看超时，状态不明' : `查看失败，状态不明：${problem}`),
  timeAgo: (at, ago) => `${at}（${ago}）`,
  process: (pid, startedAt, up) => `进程 ${pid}，运行 ${up}（${startedAt} 起）`,
  memory: (size) => `内存 ${size}`,
  resources: ({ memory, files, disk }) =>
    [
      memory === null
        ? '内存：这里查不到'
        : `内存 ${memory.size}${memory.ceiling === null ? '' : `，上限 ${memory.ceiling}（${memory.share}%）`}，${memory.processes} 个进程${MEMORY_BY['zh-CN'][memory.by]}`,
      files === null
        ? '打开的文件：这里查不到'
        : `打开的文件 ${files.open}/${files.most}${files.open >= files.most ? '，已满' : ''}`,
      ...(disk === null ? [] : [`磁盘剩 ${disk}`]),
    ].join('；'),
  noProcess: () => '没有进程',
  notRunning: () => '没有在运行',
  neverLooked: () => '还没有查过进程',
  notLookedFor: () => '不找它的进程，只看日志和检查',
  byYourself: (words) => `${words}（要你自己动手）`,
  since: (words, at) => `${words}（${at} 起）`,
  sinceFor: (words, at, time) => `${words}（${at} 起，已 ${time}）`,
  lastProof: (ago) => `最近证据 ${ago}`,
  lastAsked: (ago) => `最近一条消息 ${ago}`,
  lastAnswered: (ago) => `${ago}已回复`,
  notAnsweredYet: () => '还没有回复',
  because: (words, cause) => `${words}，${cause}`,
  remedy: (words) => `对策：${words}`,
  cause: (words) => `原因：${words}`,
  stoppedBy: (operator, name) => `${operator} 用 /stop 停的，要启动，发 /start ${name}`,
  restarts: (lastHour, perHour, lastDay, perDay) =>
    `自动重启还剩 ${left(lastHour, perHour, lastDay, perDay)} 次（1 小时 ${lastHour}/${perHour}，24 小时 ${lastDay}/${perDay}）`,
  incident: (id, words, since, time, treatments) =>
    `故障 #${id} 未恢复${words === null ? '' : `：${words}`}，${since} 起，已 ${time}${treatments > 0 ? `，处理过 ${treatments} 次` : ''}`,
  endingIncident: (id, words, since, treatments, stage) =>
    `故障 #${id} ${stage === 'waiting' ? '等待恢复' : '刚恢复，稳定后结束'}：${since} 起${words}${treatments > 0 ? `，处理过 ${treatments} 次` : ''}`,
  checkPending: () => '在运行，你设的检查还没有通过',
  justRecovered: (words) => `${words}（刚恢复，观察中）`,
  lastIncident: (id, words, since, lasted) => `上次故障 #${id}：${words}，${since}，持续 ${lasted}`,
  judgedAt: (at) => `上次检查：${at}`,
  lifeline: (version, up, undelivered) =>
    `Lifeline ${version}，运行 ${up}，${undelivered > 0 ? `${undelivered} 条消息还没送达` : '告警都已送达'}`,
  channel: (name, state, since, problem) =>
    `通道 ${name}：${state}（${since} 起）${problem === null ? '' : `，${problem}`}`,
  channelState: (state) => CHANNEL_STATES['zh-CN'][state] ?? state,
  lastInbound: (ago) => `${ago}收到消息`,
  callsThisMonth: (count) => `本月调用 ${count} 次`,
  comma: '，',

  helpTitle: () => 'Lifeline 的命令',
  helpNote: () => '发 /help 加命令名看用法和例子，中文命令不用加斜杠',
  aliases: (names) => `也可以发：${names.join('、')}`,
  asksFirst: () => '会中断网关时，先要你确认',
  needsRole: (role) => `需要角色：${role}`,
  group: (group) => GROUPS['zh-CN'][group],
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const commandText = (locale: Locale) => TEXTS[locale];

/** The help line of `/restart` where a gateway can restart one of its links alone. */
export const RESTART_WITH_LINKS_HELP = {
  'zh-CN': '重启网关并确认恢复；加 dry 只看会怎么做，加 feishu 或 qq 只重启那个连接',
  en: 'restart a gateway and prove that it came back; with dry: only say how; with feishu or qq: that link alone',
} satisfies Texts<string>;

/** What each command does, in one line of help. */
export const COMMAND_HELP = {
  status: { 'zh-CN': '网关、连接和 Lifeline 怎么样', en: 'how the gateways, their links and Lifeline are' },
  restart: {
    'zh-CN': '重启网关并确认恢复；加 dry 只看会怎么做',
    en: 'restart a gateway and prove that it came back; with dry: only say how',
  },
  start: { 'zh-CN': '启动停着的网关；加 dry 只看会怎么做', en: 'start a gateway that is down; with dry: only say how' },
  stop: {
    'zh-CN': '停止网关，直到有人再启动它；加 dry 只看会怎么做',
    en: 'stop a gateway until somebody starts it; with dry: only say how',
  },
  end: {
    'zh-CN': '结束一个看起来像网关、但没有证据证明就是它的进程；它挡住了启动的话，接着启动网关',
    en: 'end a process that looks like the gateway and is not proven to be it; where it was in the way, the gateway is started then',
  },
  logs: {
    'zh-CN': '最近的，或按级别、时间、文字、/正则/ 找',
    en: 'the latest lines, or by level, time, text or /regex/',
  },
  why: { 'zh-CN': '现在的判断依据是什么', en: 'what the present verdicts rest on' },
  help: { 'zh-CN': '看有哪些命令', en: 'which commands there are' },
} satisfies Record<string, Texts<string>>;
