/**
 * What Lifeline says of itself: that it was away, that it cannot get its alerts out, and the report to whoever watches
 * it.
 */
import type { Locale, Texts } from '../locale.ts';

/** Why nobody watched for a while. */
export type AwayWhy = 'crashed' | 'stopped' | 'rebooted' | 'slept' | 'paused';

const WHY: Texts<Record<AwayWhy, string>> = {
  'zh-CN': {
    crashed: '异常结束',
    stopped: '被正常停止',
    rebooted: '本机重启过',
    slept: '本机休眠',
    paused: '进程被暂停，或本机休眠',
  },
  en: {
    crashed: 'ended abnormally',
    stopped: 'stopped as asked',
    rebooted: 'this machine was rebooted',
    slept: 'this machine slept',
    paused: 'my process was paused, or this machine slept',
  },
};

const en = {
  /** A colon as this language writes it. */
  named: (name: string, state: string) => `${name}: ${state}`,
  away: (from: string, to: string, duration: string, why: AwayWhy) =>
    `I was away ${from} – ${to} (${duration}): ${WHY.en[why]}`,
  nobodyWatched: 'Nobody watched the gateways meanwhile; I look at all of them anew',
  clockJumped: (from: string, to: string, duration: string) =>
    `The clock of this machine jumped ahead by ${duration} (${from} → ${to})`,
  perhapsSlept: 'It was set, or the machine slept. If it slept, nobody watched the gateways meanwhile',
  restarting: (times: number, duration: string) =>
    `I keep restarting: ended abnormally ${times} times within ${duration}`,
  gaps: 'The gateways are watched with gaps only; this needs you',
  seeLog: "The reason is in Lifeline's own log",
  lifeline: (version: string, uptime: string) => `Lifeline ${version}, running for ${uptime}`,
  undelivered: (count: number) => `${count} ${count === 1 ? 'message is' : 'messages are'} not delivered yet`,
  stuck: (count: number, oldest: string | null) =>
    `No channel takes ${count === 1 ? '1 alert' : `${count} alerts`}${oldest === null ? '' : `, the oldest of ${oldest}`}`,
  store: (problem: string) => `The data folder has a problem: ${problem}`,
  /** @param stages of its own work, by name. */
  failing: (stages: readonly string[]) => `It fails inside: ${stages.join(', ')}`,
  more: (lines: number) => `… ${lines} more ${lines === 1 ? 'line' : 'lines'}`,
};

const zh: typeof en = {
  named: (name, state) => `${name}：${state}`,
  away: (from, to, duration, why) => `我中断了 ${from} – ${to}（${duration}）：${WHY['zh-CN'][why]}`,
  nobodyWatched: '这段时间没有人看护网关；我现在全部重新检查',
  clockJumped: (from, to, duration) => `本机时钟向前跳了 ${duration}（${from} → ${to}）`,
  perhapsSlept: '时钟被校正过，或者本机休眠过。如果是休眠，这段时间没有人看护网关',
  restarting: (times, duration) => `我自己在反复重启：${duration}内异常结束 ${times} 次`,
  gaps: '网关的看护时断时续，需要你处理',
  seeLog: '原因看 Lifeline 自己的日志',
  lifeline: (version, uptime) => `Lifeline ${version}，已运行 ${uptime}`,
  undelivered: (count) => `还有 ${count} 条消息没送到`,
  stuck: (count, oldest) => `有 ${count} 条告警一直送不出去${oldest === null ? '' : `，最早的一条是 ${oldest}`}`,
  store: (problem) => `数据目录有问题：${problem}`,
  failing: (stages) => `内部出错：${stages.join('、')}`,
  more: (lines) => `… 还有 ${lines} 行`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const watchmanText = (locale: Locale) => WORDS[locale];
