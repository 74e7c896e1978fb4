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
    supervisor_out_of_reach: 'not restarted: what keeps it cannot be used now',
    no_means: 'not restarted: there is no way to start or stop it; a human must act',
    dry_run: 'a dry run; this would be done:',
  },
  onlyTime: 'a restart would not help; it passes, and needs nobody',
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
    not_curable: '重启无济于事，需要人工处理',
    supervisor_out_of_reach: '管理它的服务现在用不了，没有重启',
    no_means: '没有办法启动或停止它，需要人工处理',
    dry_run: '演习模式，会执行：',
  },
  onlyTime: '重启无济于事，等它自己过去，不用处理',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

/** One trouble: who, what, why, since when, and the line that shows it. */
export const checkTroubleText = (verdict: Verdict, locale: Locale, now: number): string => {
  const who = verdict.link === null ? verdict.gateway : `${verdict.gateway} ${linkName(verdict.link, locale)}`;
  const what =
    verdict.link === null
      ? gatewayConditionText(verdict.condition, locale)
      : linkConditionText(verdict.condition, locale);
  const shown = verdict.evidence.at(-1)?.text;
  return [
    `${who}: ${what} – ${causeText(verdict.cause, locale)}`,
    `  ${WORDS[locale].since(formatTime(verdict.since, locale, now), formatDuration(now - verdict.since, locale))}`,
    ...(shown ? [`  ${shown}`] : []),
  ].join('\n');
};

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
    ...(decision.why === 'supervisor_out_of_reach' ? [`  ${decision.problem}`] : []),
    ...(decision.why === 'dry_run' ? decision.commands.map((command) => `  ${command}`) : []),
  ].join('\n');
