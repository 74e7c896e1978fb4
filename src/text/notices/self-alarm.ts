/** What Lifeline says when a stage of its own work fails, beside all that words its other messages. */
import type { Place, Stage } from '../../base/stage-report.ts';
import type { Locale, Texts } from '../locale.ts';

type Phrase = (gateway: string, part: string) => string;

const CANNOT = {
  'zh-CN': {
    look: (gateway) => `没法查看 ${gateway}`,
    sensor: (gateway, part) => `看不全 ${gateway}（${part}）`,
    evidence: (gateway) => `没法理解看到的 ${gateway}`,
    judgement: (gateway, part) => (part === '' ? `没法判断 ${gateway}` : `没法判断 ${gateway} 的 ${part}`),
    decision: (gateway) => `没法决定怎么处理 ${gateway}`,
    treatment: (gateway) => `没法处理 ${gateway}`,
    incident: (gateway) => `没法记下 ${gateway} 的故障`,
    notice: () => '没法写出通知',
    outbox: () => '没法发出告警',
    delivery: () => '没法投递告警',
    channel: (_gateway, part) => `${part} 通道内部出错`,
    channels: () => '没法查看自己的通道',
    upkeep: () => '没法检查自己的数据目录',
    silence: () => '没法判断哪些机器失联',
    start: (_gateway, part) => `启动时出错（${part}）`,
  },
  en: {
    look: (gateway) => `cannot look at ${gateway}`,
    sensor: (gateway, part) => `cannot see all of ${gateway} (${part})`,
    evidence: (gateway) => `cannot make sense of what it sees of ${gateway}`,
    judgement: (gateway, part) => (part === '' ? `cannot judge ${gateway}` : `cannot judge ${part} of ${gateway}`),
    decision: (gateway) => `cannot decide what to do about ${gateway}`,
    treatment: (gateway) => `cannot treat ${gateway}`,
    incident: (gateway) => `cannot write down what is wrong with ${gateway}`,
    notice: () => 'cannot word its messages',
    outbox: () => 'cannot send its alerts',
    delivery: () => 'cannot deliver its alerts',
    channel: (_gateway, part) => `fails inside its channel ${part}`,
    channels: () => 'cannot watch its own channels',
    upkeep: () => 'cannot check its own data folder',
    silence: () => 'cannot tell which hosts are silent',
    start: (_gateway, part) => `failed as it started (${part})`,
  },
} satisfies Texts<Record<Stage, Phrase>>;

const cannot =
  (locale: Locale) =>
  ({ stage, gateway, part = '' }: Place): string =>
    (CANNOT[locale] satisfies Record<Stage, Phrase>)[stage](gateway ?? '', part);

const en = {
  /** What Lifeline cannot do now. */
  cannot: cannot('en'),
  several: (count: number) => `fails inside in ${count} places`,
  because: (what: string, reason: string) => `${what}: ${reason}`,
  /** What Lifeline saw of a gateway before the stage failed. */
  saw: (gateway: string, state: string) => `It last saw ${gateway}: ${state}`,
  byProcess: (gateway: string, pid: number) => `${gateway} is watched by process only (pid ${pid})`,
  noProcess: (gateway: string) => `${gateway} has no process now`,
  unwatched: (gateway: string) => `${gateway} is not watched now: its process is not known`,
  more: (count: number) => `${count} more`,
  needsYou: "This is Lifeline's own fault and needs you. The reason is in Lifeline's own log",
  worksAgain: 'works again',
  /** What Lifeline could not do. */
  before: (what: string) => `Before: it ${what}`,
  gone: (gateway: string, pid: number) => `${gateway}: its process is gone (pid ${pid})`,
  goneNote: 'Lifeline fails inside and sees nothing else now. Whether somebody has started it again, please look',
  back: (gateway: string, pid: number) => `${gateway}: there is a process again (pid ${pid})`,
};

export type SelfAlarmText = typeof en;

const zh: typeof en = {
  cannot: cannot('zh-CN'),
  several: (count) => `内部有 ${count} 处出错`,
  because: (what, reason) => `${what}：${reason}`,
  saw: (gateway, state) => `最后看到 ${gateway}：${state}`,
  byProcess: (gateway, pid) => `${gateway} 现在只看进程在不在（pid ${pid}）`,
  noProcess: (gateway) => `${gateway} 现在没有进程`,
  unwatched: (gateway) => `${gateway} 现在没人看着：不知道它的进程`,
  more: (count) => `还有 ${count} 处`,
  needsYou: '这是 Lifeline 自己的问题，需要你处理。原因看 Lifeline 自己的日志',
  worksAgain: '又正常了',
  before: (what) => `之前：${what}`,
  gone: (gateway, pid) => `${gateway}：进程不在了（pid ${pid}）`,
  goneNote: 'Lifeline 内部出错，现在只看得到这一点。有没有被重新启动，请你去看',
  back: (gateway, pid) => `${gateway}：又有进程了（pid ${pid}）`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const selfAlarmText = (locale: Locale): SelfAlarmText => TEXTS[locale];
