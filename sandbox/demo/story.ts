/** The fixed story that `demo --script` plays: what is done, and what must be seen on the phones. */
import type { FaultId } from '../gateway/faults.ts';
import type { Language, PhoneName, Role } from '../page/stage.ts';

export interface Step {
  readonly title: Readonly<Record<Language, string>>;
  readonly act:
    | { readonly break: FaultId }
    /** A pattern: what the latest message that it fits asks to be answered with, its first group. */
    | { readonly say: string | RegExp; readonly on: readonly PhoneName[]; readonly as: Role };
  /** In any order. A message that none of them covers fails the story. */
  readonly expect: readonly Expectation[];
  /** Goes on this long although everything has come, to see that nothing else comes. */
  readonly quietMs?: number;
}

export interface Expectation {
  readonly on: PhoneName;
  readonly to: Role;
  readonly text: RegExp;
  /** Counted from the step's act. */
  readonly withinMs: number;
  /** May stay away. */
  readonly optional?: true;
  /** May come in several messages, as a long text does on QQ. */
  readonly several?: true;
}

/** What Lifeline's messages are known by, in both languages: only what is sure to stay when their wording changes. */
const TEXT = {
  alert: /^🔴.*main/,
  recovery: /^🟢.*main/,
  /** A status without a mark of trouble that names the gateway. */
  fine: /^(?![^]*[🔴🟠])[^]*main/u,
  restarting: /重启|[Rr]estart/,
  question: /(?:回复|Reply) (\w{4}) (?:确认|within)/,
  restarted: /^🟢.*main/,
  logLine: /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d/m,
  inPrivate: /私聊|private chat/,
  anything: /[^]/,
} as const;

const BOTH: readonly PhoneName[] = ['feishu', 'qq'];
const SOON_MS = 20_000;
const ALERT_MS = 90_000;
const RECOVERY_MS = 180_000;

const onBoth = (text: RegExp, withinMs: number): Expectation[] => on(BOTH, text, withinMs);
const everywhere = (text: RegExp, withinMs: number): Expectation[] => on([...BOTH, 'group'], text, withinMs);
const on = (phones: readonly PhoneName[], text: RegExp, withinMs: number): Expectation[] =>
  phones.map((phone) => ({ on: phone, to: 'operator', text, withinMs }));

export const STORY: readonly Step[] = [
  {
    title: { zh: '两部手机上问 /status：一切正常', en: '/status on both phones: all is well' },
    act: { say: '/status', on: BOTH, as: 'operator' },
    expect: onBoth(TEXT.fine, SOON_MS),
  },
  {
    title: {
      zh: '陌生人发 /restart：不执行，至多一句拒绝',
      en: 'a stranger sends /restart: nothing is done, and one refusal at most is said',
    },
    act: { say: '/restart', on: BOTH, as: 'stranger' },
    expect: BOTH.map((on) => ({ on, to: 'stranger', text: TEXT.anything, withinMs: SOON_MS, optional: true })),
    quietMs: 3_000,
  },
  {
    title: { zh: '陌生人在群里 @Lifeline：不理', en: 'a stranger calls @Lifeline in the group: no answer' },
    act: { say: '@Lifeline /status', on: ['group'], as: 'stranger' },
    expect: [],
  },
  {
    title: {
      zh: '管理员在群里 @Lifeline：答在群里',
      en: 'an operator calls @Lifeline in the group: the answer stands there',
    },
    act: { say: '@Lifeline /status', on: ['group'], as: 'operator' },
    expect: on(['group'], TEXT.fine, SOON_MS),
  },
  {
    title: { zh: '群里要日志：答在私聊', en: 'logs are asked for in the group: they come in private' },
    act: { say: '@Lifeline /logs 5', on: ['group'], as: 'operator' },
    expect: [...on(['group'], TEXT.inPrivate, SOON_MS), ...on(['feishu'], TEXT.logLine, SOON_MS)],
    quietMs: 3_000,
  },
  {
    title: { zh: '网关的 QQ 放弃重连：告警、重启、恢复', en: "the gateway's QQ gives up: alert, restart, recovery" },
    act: { break: 'qq_gives_up' },
    expect: [...everywhere(TEXT.alert, ALERT_MS), ...everywhere(TEXT.recovery, RECOVERY_MS)],
  },
  {
    title: { zh: 'QQ 上要最后 20 行日志', en: 'the last 20 lines of the log on QQ' },
    act: { say: '/logs 20', on: ['qq'], as: 'operator' },
    expect: [{ on: 'qq', to: 'operator', text: TEXT.logLine, withinMs: SOON_MS, several: true }],
    quietMs: 3_000,
  },
  {
    title: { zh: '网关进程被杀：告警、拉起、恢复', en: "the gateway's process is killed: alert, start, recovery" },
    act: { break: 'killed' },
    expect: [...everywhere(TEXT.alert, ALERT_MS), ...everywhere(TEXT.recovery, RECOVERY_MS)],
  },
  {
    title: {
      zh: '管理员在飞书上发 /restart：先要确认',
      en: 'an operator sends /restart on Feishu: it is to be confirmed first',
    },
    act: { say: '/restart', on: ['feishu'], as: 'operator' },
    expect: [{ on: 'feishu', to: 'operator', text: TEXT.question, withinMs: SOON_MS }],
  },
  {
    title: { zh: '回复确认码：重启并验证', en: 'the code is sent back: restarted, and proven' },
    act: { say: TEXT.question, on: ['feishu'], as: 'operator' },
    expect: [
      { on: 'feishu', to: 'operator', text: TEXT.restarted, withinMs: RECOVERY_MS },
      { on: 'feishu', to: 'operator', text: TEXT.restarting, withinMs: SOON_MS, optional: true },
    ],
  },
  {
    title: { zh: 'QQ 例行断开 (4009)：什么都不该说', en: 'QQ closes an idle connection (4009): nothing is to be said' },
    act: { break: 'qq_4009' },
    expect: [],
    quietMs: 15_000,
  },
  {
    title: { zh: '最后再问一次 /status', en: '/status once more' },
    act: { say: '/status', on: ['feishu'], as: 'operator' },
    expect: [{ on: 'feishu', to: 'operator', text: TEXT.fine, withinMs: SOON_MS }],
  },
];
