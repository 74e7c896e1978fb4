/** What is said of a treatment: before it, while it runs, and of its end. */
import type { Missing, Step, Treatment, TreatmentPlan } from '../../healing/treatment.ts';
import type { ChoiceReason } from '../../supervisors/detect.ts';
import type { Locale, Texts } from '../locale.ts';
import { linkName } from './conditions.ts';

const MISSING: Texts<Readonly<Record<Exclude<Missing['what'], 'login' | 'check'>, string>>> = {
  'zh-CN': {
    process: '没有等到进程起来',
    new_process: '进程没有换过，还是原来那个',
    right_user: '新进程不是原来的用户启动的',
    ready: '网关没有就绪',
    memory: '内存没有降到上限以下',
    stopped: '进程还在运行',
  },
  en: {
    process: 'no process came up in time',
    new_process: 'the process is still the old one',
    right_user: 'the new process belongs to another user',
    ready: 'the gateway did not become ready',
    memory: 'its memory did not stay below the limit',
    stopped: 'the process still runs',
  },
};

const DOING: Texts<Readonly<Record<Treatment, string>>> = {
  'zh-CN': { start: '启动', restart: '重启', restart_link: '单独重启', stop: '停止', end_process: '结束进程' },
  en: { start: 'start', restart: 'restart', restart_link: 'restart', stop: 'stop', end_process: 'end of the process' },
};

const PARTICIPLE: Readonly<Record<Treatment, { readonly doing: string; readonly done: string }>> = {
  start: { doing: 'Starting', done: 'started' },
  restart: { doing: 'Restarting', done: 'restarted' },
  restart_link: { doing: 'Restarting', done: 'restarted alone' },
  stop: { doing: 'Stopping', done: 'stopped' },
  end_process: { doing: 'Ending the process beside', done: 'rid of the other process' },
};

const IMPERATIVE: Readonly<Record<Treatment, string>> = {
  start: 'Start',
  restart: 'Restart',
  restart_link: 'Restart',
  stop: 'Stop',
  end_process: 'End the process beside',
};

/** English words on a button: at most ten letters. */
const BUTTON: Readonly<Record<Treatment, string>> = {
  start: 'Start',
  restart: 'Restart',
  restart_link: 'Restart',
  stop: 'Stop',
  end_process: 'End it',
};

const WHY: Texts<Readonly<Record<ChoiceReason, string>>> = {
  'zh-CN': {
    configured: '配置里指定的',
    holds_process: '现在的进程归它管',
    has_definition: '它有这个网关的定义',
    held_last: '上次的进程归它管',
    nobody_else: '没有服务管理器在管它',
  },
  en: {
    configured: 'named in the configuration',
    holds_process: 'it holds the running process',
    has_definition: 'it has a definition of this gateway',
    held_last: 'it held the last process',
    nobody_else: 'no service manager keeps it',
  },
};

const HELD: Texts<(name: string) => Readonly<Record<NonNullable<TreatmentPlan['held']>, string>>> = {
  'zh-CN': (name) => ({
    stop_in_progress: `有人正在停止或重启 ${name}`,
    update_in_progress: `${name} 正在更新`,
    storm_brake: `${name} 刚刚重启过好几次，再来一次它会自己延后启动`,
    config_not_taken: `${name} 不接受改过的配置，现在重启就起不来了`,
  }),
  en: (name) => ({
    stop_in_progress: `Somebody is stopping or restarting ${name}`,
    update_in_progress: `${name} is being updated`,
    storm_brake: `${name} was restarted several times just now; after one more it would delay its own start`,
    config_not_taken: `${name} does not take its changed configuration: restarted now, it would not come up again`,
  }),
};

const STEP: Texts<(remedy: Treatment) => Readonly<Record<Step, string>>> = {
  'zh-CN': (remedy) => ({
    end: '结束这个进程',
    link: '停止这个连接再启动',
    graceful: '等它处理完手上的对话再重启',
    supervisor: `直接${DOING['zh-CN'][remedy]}`,
    hard: remedy === 'stop' ? '强制停止' : '强制结束再启动',
  }),
  en: (remedy) => ({
    end: 'end this process',
    link: 'stop this link and start it',
    graceful: 'let it end its work, then restart',
    supervisor: `plain ${DOING.en[remedy]}`,
    hard: remedy === 'stop' ? 'kill it' : 'kill it and start it',
  }),
};

const en = {
  doing: (name: string, remedy: Treatment, pid: number | null): string => {
    if (remedy === 'start') return `${name} is not running; starting it…`;
    if (remedy === 'end_process') return `Ending process ${pid ?? ''} beside ${name}…`;
    return `${PARTICIPLE[remedy].doing} ${name}${pid === null ? '' : ` (pid ${pid})`}…`;
  },
  done: (name: string, remedy: Treatment) => `${name} ${PARTICIPLE[remedy].done}`,
  notDone: (name: string, remedy: Treatment) => `${name}: ${DOING.en[remedy]} failed`,
  step: (step: Step, remedy: Treatment) => STEP.en(remedy)[step],
  proving: (remedy: Treatment): string => {
    if (remedy === 'stop') return 'waiting for its end';
    if (remedy === 'restart_link') return 'waiting until it is logged in';
    return 'waiting until it is ready and logged in';
  },
  interrupted: () => 'Lifeline itself was restarted meanwhile; going on',
  ended: () => 'the result is in the next message',
  process: (before: number | null, after: number | null): string => {
    if (before === null) return `new process ${after ?? 'none'}`;
    return after === null ? `process ${before} ended` : `process ${before} → ${after}`;
  },
  took: (time: string) => `took ${time}`,
  hard: () => 'the graceful restart failed; it was killed',
  missing: (missing: Missing) => {
    if (missing.what === 'check') return `the check has not succeeded since: ${missing.check}`;
    return missing.what === 'login' ? `${linkName(missing.link, 'en')} did not log in` : MISSING.en[missing.what];
  },
  /** @param again the command to try once more. */
  failedNote: (name: string, again: string) => `/logs ${name} shows why; mend it, then ${again}`,
  byHand: (command: string) => `Or run on that machine: ${command}`,

  busy: (name: string) => `${name} is being treated already; nothing more was done`,
  busyNote: (name: string) => `/status ${name} shows how it goes`,
  alreadyRuns: (name: string, pid: number) => `${name} is running already (pid ${pid})`,
  notRunning: (name: string) => `${name} is not running`,
  /** Lifeline can neither start nor stop the gateway. */
  noMeans: (name: string) => `Lifeline has no way to start or stop ${name}`,
  /** What to do where Lifeline can neither start nor stop the gateway. */
  noMeansNote: () =>
    'Do it yourself. For Lifeline to do it, write "unit" (a service or container) or "command" into its configuration',
  linkAlone: (name: string) => `${name} cannot restart one link alone\nTo restart all of it, send /restart ${name}`,
  linkUnknown: (name: string, link: string) => `${name} has no ${link} link\n/status ${name} shows which it has`,
  /** The gateway or its supervisor could not be looked at in time. */
  tooSlow: (name: string, seconds: number) =>
    `${name} and its supervisor could not be looked at within ${seconds} s; nothing was done\nTry again; if it stays so, /doctor ${name} may tell why`,

  plan: (name: string, remedy: Treatment) => `Dry run: the ${DOING.en[remedy]} of ${name} would do this`,
  planLine: (n: number, step: string) => `${n}. ${step}`,
  supervisor: (name: string, unit: string, why: ChoiceReason) =>
    `Kept by ${name === 'process' ? 'Lifeline itself' : `${name}, ${unit}`}: ${WHY.en[why]}`,
  rival: (name: string, unit: string) => `Beware: ${name}'s ${unit} starts it too; the two conflict`,
  /** What the policy would do of its own accord now. */
  byPolicy: (words: string) => `What I would do by myself now: ${words}`,
  byPolicyNothing: () => 'What I would do by myself now: nothing',
  dryNote: () => 'Each step is verified; the next is taken only if it fails. Nothing was done',

  confirmTurns: (name: string, turns: number) =>
    `${name} is at work: ${turns} ${turns === 1 ? 'turn' : 'turns'} in flight`,
  confirmHeld: (name: string, held: NonNullable<TreatmentPlan['held']>) => HELD.en(name)[held],
  confirmMaintenance: (name: string, until: string) => `${name} is under maintenance until ${until}`,
  /** What a restart or a stop of a running gateway means. */
  interrupts: (name: string, pid: number) => `${name} is running (pid ${pid}) and would be interrupted`,
  /** The gateway is not as it was when the question was asked. */
  changed: () => 'Things have changed; nothing was done yet',
  confirmButton: (_remedy: Treatment) => 'Do it',
  plainButton: (remedy: Treatment) => BUTTON[remedy],
  sure: (name: string, remedy: Treatment) => `${IMPERATIVE[remedy]} ${name}?`,
  startButton: () => 'Start',
  restartButton: () => 'Restart',
  /** Under what only a person can mend: the last step of it. */
  mendedButton: () => "It's fixed",
  /** On the button that ends one process: at most ten characters. */
  endButton: (pid: number) => (String(pid).length > 6 ? 'End it' : `End ${pid}`),
  sureEnd: (pid: number) => `End process ${pid}?`,
  thenStarts: (name: string) => `${name} is started after that`,
};

const zh: typeof en = {
  doing: (name, remedy, pid) => {
    if (remedy === 'start') return `${name} 没有在运行，正在启动…`;
    if (remedy === 'end_process') return `正在结束 ${name} 旁边的进程${pid === null ? '' : ` ${pid}`}…`;
    return `正在${DOING['zh-CN'][remedy]} ${name}${pid === null ? '' : `（pid ${pid}）`}…`;
  },
  done: (name, remedy) =>
    remedy === 'end_process' ? `${name} 旁边的进程已结束` : `${name} 已${DOING['zh-CN'][remedy]}`,
  notDone: (name, remedy) =>
    remedy === 'end_process' ? `${name} 旁边的进程没有结束` : `${name} ${DOING['zh-CN'][remedy]}没有成功`,
  step: (step, remedy) => STEP['zh-CN'](remedy)[step],
  proving: (remedy) => {
    if (remedy === 'stop') return '等它退出';
    return remedy === 'restart_link' ? '等它登录' : '等它就绪并登录';
  },
  interrupted: () => 'Lifeline 中途重启过，接着做',
  ended: () => '结果见下一条消息',
  process: (before, after) => {
    if (before === null) return `新进程 ${after ?? '无'}`;
    return after === null ? `进程 ${before} 已结束` : `进程 ${before} → ${after}`;
  },
  took: (time) => `用时 ${time}`,
  hard: () => '平稳重启没有成功，是强制重启的',
  missing: (missing) => {
    if (missing.what === 'check') return `之后检查还没有成功过：${missing.check}`;
    return missing.what === 'login' ? `${linkName(missing.link, 'zh-CN')} 没有登录` : MISSING['zh-CN'][missing.what];
  },
  failedNote: (name, again) => `发 /logs ${name} 看日志，改好后再发 ${again}`,
  byHand: (command) => `也可以在那台机器上运行：${command}`,

  busy: (name) => `${name} 正在处理中，没有再来一次`,
  busyNote: (name) => `发 /status ${name} 看进展`,
  alreadyRuns: (name, pid) => `${name} 已经在运行（pid ${pid}）`,
  notRunning: (name) => `${name} 没有在运行`,
  noMeans: (name) => `Lifeline 没有办法启动或停止 ${name}`,
  noMeansNote: () => '请自己动手。想让 Lifeline 来做，在它的配置里写 unit（服务或容器）或 command',
  linkAlone: (name) => `${name} 不能单独重启一个连接\n要整个重启，发 /restart ${name}`,
  linkUnknown: (name, link) => `${name} 没有「${link}」这个连接\n发 /status ${name} 看它有哪些`,
  tooSlow: (name, seconds) =>
    `${seconds} 秒内没能看清 ${name} 现在的情况，什么都还没做\n请再试一次；还是不行就发 /doctor ${name}`,

  plan: (name, remedy) => `演习：${DOING['zh-CN'][remedy]} ${name} 会这样做`,
  planLine: (n, step) => `${n}. ${step}`,
  supervisor: (name, unit, why) =>
    `${name === 'process' ? '由 Lifeline 直接管理' : `由 ${name}（${unit}）管理`}：${WHY['zh-CN'][why]}`,
  rival: (name, unit) => `注意：${name}（${unit}）也在启动它，两者会冲突`,
  byPolicy: (words) => `如果由我自动处理：${words}`,
  byPolicyNothing: () => '如果由我自动处理：现在不会动它',
  dryNote: () => '每一步都会验证，失败才走下一步。什么都还没做',

  confirmTurns: (name, turns) => `${name} 有 ${turns} 个对话正在进行`,
  confirmHeld: (name, held) => HELD['zh-CN'](name)[held],
  confirmMaintenance: (name, until) => `${name} 在维护中，到 ${until} 为止`,
  interrupts: (name, pid) => `${name} 正在运行（pid ${pid}），会中断`,
  changed: () => '情况变了，还没有执行',
  confirmButton: (remedy) => `仍要${DOING['zh-CN'][remedy]}`,
  plainButton: (remedy) => DOING['zh-CN'][remedy],
  sure: (name, remedy) => `${DOING['zh-CN'][remedy]} ${name}？`,
  startButton: () => '启动',
  restartButton: () => '重启',
  mendedButton: () => '改好了，重启',
  endButton: (pid) => `结束 ${pid}`,
  sureEnd: (pid) => `要结束进程 ${pid} 吗？`,
  thenStarts: (name) => `之后会启动 ${name}`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const treatmentTexts = (locale: Locale) => TEXTS[locale];
