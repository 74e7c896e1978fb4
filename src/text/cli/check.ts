/** What `lifeline check` prints: one paragraph for each trouble, complete without anything before it. */
import type { Cause, Verdict } from '../../diagnosis/verdict.ts';
import type { Decision } from '../../healing/decision.ts';
import type { TreatmentResult } from '../../healing/treatment.ts';
import { onlyTimeHelps } from '../common/advice.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatDuration, formatTime } from '../common/time.ts';
import { causeText, gatewayConditionText, linkConditionText, linkName } from '../common/conditions.ts';

const en = {
  since: (time: string, duration: string) => `since ${time}, for ${duration}`,
  healed: (gateway: string, duration: string) => `${gateway}: recovered after a treatment of ${duration}`,
  notHealed: (gateway: string, problem: string) =>
    `${gateway}: not recovered after a treatment${problem && `: ${problem}`}`,
  notTreated: {
    out_of_budget: 'not restarted: the budget is used up',
    heal_off: 'not restarted: healing is off',
    heal_ask: 'not restarted: healing asks first',
    tried: 'not restarted again: nothing new was seen since the last try',
    not_curable: 'a restart would not help; a human must act',
    supervisor_out_of_reach: 'not restarted: its service manager cannot be used now',
    not_again: 'not started: its command leaves no process that can be seen',
    lookalike: 'not restarted: a process that looks like it stands beside it',
    no_means: 'not restarted: there is no way to start or stop it; a human must act',
    dry_run: 'a dry run; this would be done:',
  },
  onlyTime: 'a restart would not help; it passes by itself, and nobody need do anything',
  is: (who: string, what: string) => `${who}: ${what}`,
  trouble: (who: string, what: string, cause: string) => `${who}: ${what} – ${cause}`,
  waiting: (what: string, time: string) => `${what}; waiting up to ${time} to see what becomes of it (Ctrl-C ends)`,
  stillSo: (what: string) => `${what}; that is no trouble yet. Look again in a minute`,
};

const zh: typeof en = {
  since: (time, duration) => `${time} 起，已 ${duration}`,
  healed: (gateway, duration) => `${gateway}：处理后已恢复，用时 ${duration}`,
  notHealed: (gateway, problem) => `${gateway}：处理后仍未恢复${problem && `：${problem}`}`,
  notTreated: {
    out_of_budget: '次数已用完，没有重启',
    heal_off: '已设为不自动重启',
    heal_ask: '已设为先询问，没有重启',
    tried: '已经处理过，没有新的迹象，没有再重启',
    not_curable: '重启解决不了，需要人工处理',
    supervisor_out_of_reach: '管理它的服务现在用不了，没有重启',
    not_again: '启动命令没有留下看得见的进程，没有启动',
    lookalike: '旁边有一个看起来像它的进程，没有重启',
    no_means: '没有办法启动或停止它，需要人工处理',
    dry_run: '演习模式，会执行：',
  },
  onlyTime: '重启没有用，等它自己过去，不用处理',
  is: (who, what) => `${who}：${what}`,
  trouble: (who, what, cause) => `${who}：${what}（${cause}）`,
  waiting: (what, time) => `${what}；再等等看，最多 ${time}（Ctrl-C 退出）`,
  stillSo: (what) => `${what}；还不算故障，过一分钟再看`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

/**
 * One trouble: who, what, why, since when, and the line that shows it.
 * @param shown that line; null: the cause says all.
 */
export const checkTroubleText = (verdict: Verdict, shown: string | null, locale: Locale, now: number): string => {
  const what =
    verdict.link === null
      ? gatewayConditionText(verdict.condition, locale)
      : linkConditionText(verdict.condition, locale);
  return [
    WORDS[locale].trouble(who(verdict, locale), what, causeText(verdict.cause, locale)),
    `  ${WORDS[locale].since(formatTime(verdict.since, locale, now), formatDuration(now - verdict.since, locale))}`,
    ...(shown === null ? [] : [`  ${shown}`]),
  ].join('\n');
};

/** What is waited for: how the gateway and its links are that are neither well nor in trouble. */
export const waitingText = (gateway: string, verdicts: readonly Verdict[], locale: Locale, ms: number): string =>
  WORDS[locale].waiting(onItsWay(gateway, verdicts, locale), formatDuration(ms, locale));

/** The wait is over, and it is as it was. */
export const stillWaitingText = (gateway: string, verdicts: readonly Verdict[], locale: Locale): string =>
  WORDS[locale].stillSo(onItsWay(gateway, verdicts, locale));

const onItsWay = (gateway: string, verdicts: readonly Verdict[], locale: Locale): string => {
  const first = verdicts.find(({ remedy }) => remedy === 'wait') ?? verdicts[0];
  return first === undefined ? gateway : WORDS[locale].is(who(first, locale), causeText(first.cause, locale));
};

const who = ({ gateway, link }: Verdict, locale: Locale): string =>
  link === null ? gateway : `${gateway} ${linkName(link, locale)}`;

export const treatmentText = (gateway: string, result: TreatmentResult, locale: Locale): string =>
  result.outcome === 'recovered'
    ? WORDS[locale].healed(gateway, formatDuration(result.endedAt - result.startedAt, locale))
    : WORDS[locale].notHealed(gateway, result.problem ?? '');

/** @param causes the causes of the troubles. */
export const notTreatedText = (
  decision: Extract<Decision, { act: 'tell' }>,
  causes: readonly Cause[],
  locale: Locale,
): string =>
  [
    `  ${decision.why === 'not_curable' && causes.length > 0 && causes.every(onlyTimeHelps) ? WORDS[locale].onlyTime : WORDS[locale].notTreated[decision.why]}`,
    ...('problem' in decision ? [`  ${decision.problem}`] : []),
    ...(decision.why === 'dry_run' ? decision.commands.map((command) => `  ${command}`) : []),
  ].join('\n');
