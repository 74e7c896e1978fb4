/** What notices say: short enough for a lock screen at three in the morning. */
import type { TreatmentResult } from '../healing/decision.ts';
import type { Incident, Notice } from '../incidents/incident.ts';
import type { Locale, Texts } from './locale.ts';
import { formatDuration, formatTime } from './time.ts';
import { treatmentTexts } from './treatments.ts';
import { causeText, gatewayConditionText, linkConditionText, linkName } from './words.ts';

interface Words {
  readonly and: string;
  readonly since: (time: string, duration: string) => string;
  readonly needsYou: string;
  readonly stopped: (restarts: number) => string;
  readonly failed: Record<TreatmentResult['remedy'], string>;
  readonly failedLogin: (remedy: TreatmentResult['remedy'], links: string) => string;
  readonly unproven: (missing: string) => string;
  readonly problem: (problem: string) => string;
  readonly recovered: string;
  readonly comingBack: string;
  readonly noticed: (cause: string) => string;
  readonly treatedWell: (remedy: TreatmentResult['remedy'], before: number | null, after: number | null) => string;
  readonly treatedIll: (remedy: TreatmentResult['remedy'], missing: string | null) => string;
  readonly outage: (duration: string, from: string, to: string) => string;
  readonly byItself: string;
  readonly treated: (restarts: number, starts: number, cleanups: number) => string;
  readonly process: (before: number | null, after: number) => string;
  readonly loggedIn: (link: string, time: string) => string;
  readonly running: (time: string) => string;
  readonly restart: (gateway: string) => string;
  readonly wouldRun: string;
  readonly retry: (gateway: string) => string;
}

const DONE: Texts<Readonly<Record<TreatmentResult['remedy'], string>>> = {
  'zh-CN': { start: '已启动', restart: '已重启', stop: '已停止', stop_strays: '已结束多余进程' },
  en: { start: 'started', restart: 'restarted', stop: 'stopped', stop_strays: 'surplus processes ended' },
};

const WORDS = {
  'zh-CN': {
    and: '，',
    since: (time, duration) => `${time} 起，已 ${duration}`,
    needsYou: '需要你处理',
    stopped: (restarts) => (restarts ? `我已停止自动重启，需要你处理：试了 ${restarts} 次仍未恢复` : '我已停止自动重启，需要你处理：次数已用完'),
    failed: { start: '启动失败', restart: '重启失败', stop: '停止失败', stop_strays: '多余进程清理失败' },
    failedLogin: (remedy, links) => `${remedy === 'start' ? '启动' : '重启'}后 ${links} 仍未登录`,
    unproven: (missing) => missing,
    problem: (problem) => `原因：${problem}`,
    recovered: '已恢复',
    comingBack: '正在恢复',
    noticed: (cause) => `发现：${cause}`,
    treatedWell: (remedy, before, after) => `${DONE['zh-CN'][remedy]}${after === null ? '' : `：进程 ${before ?? '无'} → ${after}`}`,
    treatedIll: (remedy, missing) => `${DONE['zh-CN'][remedy]}，没有成功${missing === null ? '' : `：${missing}`}`,
    outage: (duration, from, to) => `中断 ${duration}（${from} – ${to}）`,
    byItself: '没有重启，自行恢复',
    treated: (restarts, starts, cleanups) => [restarts && `重启 ${restarts} 次`, starts && `启动 ${starts} 次`, cleanups && '结束了多余的进程'].filter((part) => typeof part === 'string').join('，'),
    process: (before, after) => (before === null ? `新进程 ${after}` : `进程 ${before} → ${after}`),
    loggedIn: (link, time) => `${link} 于 ${time} 重新登录`,
    running: (time) => `${time} 恢复运行`,
    wouldRun: '会执行：',
    restart: (gateway) => `要重启，发 /restart ${gateway}`,
    retry: (gateway) => `先看 /logs ${gateway}。要再试一次，发 /restart ${gateway}`,
  },
  en: {
    and: ', ',
    since: (time, duration) => `Since ${time}, for ${duration}`,
    needsYou: 'needs you',
    stopped: (restarts) => `I have stopped restarting; this needs you: ${restarts ? `tried ${times(restarts)}, still not well` : 'no restarts left'}`,
    failed: { start: 'start failed', restart: 'restart failed', stop: 'stop failed', stop_strays: 'strays could not be ended' },
    failedLogin: (remedy, links) => `${links} not logged in after the ${remedy}`,
    unproven: (missing) => missing.charAt(0).toUpperCase() + missing.slice(1),
    problem: (problem) => `Reason: ${problem}`,
    recovered: 'recovered',
    comingBack: 'coming back',
    noticed: (cause) => `noticed: ${cause}`,
    treatedWell: (remedy, before, after) => `${DONE.en[remedy]}${after === null ? '' : `: process ${before ?? 'none'} → ${after}`}`,
    treatedIll: (remedy, missing) => `${DONE.en[remedy]} in vain${missing === null ? '' : `: ${missing}`}`,
    outage: (duration, from, to) => `Out for ${duration} (${from} – ${to})`,
    byItself: 'By itself, without a restart',
    treated: (restarts, starts, cleanups) =>
      [restarts && `restarted ${times(restarts)}`, starts && `started ${times(starts)}`, cleanups && 'ended the surplus processes']
        .filter((part) => typeof part === 'string')
        .join(', ')
        .replace(/^./, (letter) => letter.toUpperCase()),
    process: (before, after) => (before === null ? `new process ${after}` : `process ${before} → ${after}`),
    loggedIn: (link, time) => `${link} logged in at ${time}`,
    running: (time) => `running again at ${time}`,
    wouldRun: 'Would run:',
    restart: (gateway) => `To restart it, send /restart ${gateway}`,
    retry: (gateway) => `Look at /logs ${gateway} first. To try again, send /restart ${gateway}`,
  },
} satisfies Texts<Words>;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const subjectOf = ({ gateway, link }: Incident, locale: Locale): string => (link === null ? gateway : `${gateway}${locale === 'en' ? ': ' : '：'}${linkName(link, locale)}`);

/** @returns the one line that a lock screen shows: `main：QQ 失联`. */
export const noticeTitle = (notice: Notice, locale: Locale): string => {
  const words: Words = WORDS[locale];
  const { incident } = notice;
  const { gateway, verdict } = incident;
  const subject = subjectOf(incident, locale);
  switch (notice.kind) {
    case 'opened': {
      const condition = verdict.link === null ? gatewayConditionText(verdict.condition, locale) : linkConditionText(verdict.condition, locale);
      return joinTitle(subject, condition, locale, incident.link === null);
    }
    case 'out_of_budget':
      return joinTitle(subject, words.needsYou, locale, false);
    case 'treatment_failed':
      return joinTitle(gateway, failureTitle(notice.result, locale), locale, true);
    case 'recovered':
      return joinTitle(subject, words.recovered, locale, false);
  }
};

/** The title of an incident as it stands: what is wrong, that it comes back, that it is over. */
export const incidentTitle = (incident: Incident, locale: Locale): string => {
  const words: Words = WORDS[locale];
  const { closedAt, wellSince } = incident;
  if (closedAt !== null) return noticeTitle({ kind: 'recovered', incident }, locale);
  if (wellSince !== null) return joinTitle(subjectOf(incident, locale), words.comingBack, locale, false);
  return noticeTitle({ kind: 'opened', incident, decision: { act: 'nothing', why: 'waiting' } }, locale);
};

/** What happened so far, a line each, oldest first. */
export const timelineTexts = ({ openedAt, verdict, treatments, wellSince, closedAt }: Incident, locale: Locale, now: number): readonly string[] => {
  const words: Words = WORDS[locale];
  const line = (at: number, text: string): string => `${formatTime(at, locale, now)} ${text}`;
  return [
    line(openedAt, words.noticed(causeText(verdict.cause, locale))),
    ...treatments.map((result) => line(result.endedAt, result.outcome === 'recovered' ? words.treatedWell(result.remedy, result.before?.pid ?? null, result.after?.pid ?? null) : words.treatedIll(result.remedy, missingText(result, locale)))),
    ...(wellSince !== null && closedAt === null ? [line(wellSince, words.comingBack)] : []),
    ...(closedAt !== null ? [line(closedAt, words.recovered)] : []),
  ];
};

/** English reads `main: not running` and `main: QQ offline`. */
const joinTitle = (subject: string, rest: string, locale: Locale, colon: boolean): string =>
  locale === 'en' && colon ? `${subject}: ${rest}` : `${subject} ${rest}`;

const failureTitle = ({ remedy, missing }: TreatmentResult, locale: Locale): string => {
  const words: Words = WORDS[locale];
  const links = missing.map((each) => (each.what === 'login' ? linkName(each.link, locale) : null));
  return links.length === 0 || links.includes(null) ? words.failed[remedy] : words.failedLogin(remedy, links.join(locale === 'en' ? ', ' : '、'));
};

export const sinceText = ({ since }: Incident, locale: Locale, now: number): string =>
  WORDS[locale].since(formatTime(since, locale, now), formatDuration(now - since, locale));

export const stoppedText = ({ treatments }: Incident, locale: Locale): string => WORDS[locale].stopped(treatments.length);

/** What could not be proven after a treatment; null when there is nothing to say. */
export const missingText = ({ missing }: TreatmentResult, locale: Locale): string | null => {
  const words: Words = WORDS[locale];
  if (missing.length === 0) return null;
  return words.unproven(
    missing.map((each) => treatmentTexts(locale).missing(each)).join(words.and),
  );
};

export const problemText = (problem: string, locale: Locale): string => WORDS[locale].problem(problem);

/** How long it was ill. */
export const outageText = ({ since, wellSince, closedAt }: Incident, locale: Locale, now: number): string => {
  const end = wellSince ?? closedAt ?? now;
  return WORDS[locale].outage(formatDuration(end - since, locale), formatTime(since, locale, now), formatTime(end, locale, now));
};

/** What made it well: `重启 1 次，进程 123 → 456，QQ 于 10:31:05 重新登录`. */
export const cureText = ({ link, treatments, wellSince, closedAt }: Incident, locale: Locale, now: number): string => {
  const words: Words = WORDS[locale];
  const count = (wanted: TreatmentResult['remedy']): number => treatments.filter(({ remedy }) => remedy === wanted).length;
  const after = treatments.at(-1)?.after;
  const time = formatTime(wellSince ?? closedAt ?? now, locale, now);
  return [
    treatments.length ? words.treated(count('restart'), count('start'), count('stop_strays')) : words.byItself,
    after ? words.process(treatments[0]?.before?.pid ?? null, after.pid) : null,
    link === null ? words.running(time) : words.loggedIn(linkName(link, locale), time),
  ]
    .filter((part) => part !== null)
    .join(words.and);
};

/** How to ask for a restart, and how to ask for one more. */
export const restartHint = (gateway: string, locale: Locale): string => WORDS[locale].restart(gateway);
export const wouldRunText = (locale: Locale): string => WORDS[locale].wouldRun;

export const retryHint = (gateway: string, locale: Locale): string => WORDS[locale].retry(gateway);
