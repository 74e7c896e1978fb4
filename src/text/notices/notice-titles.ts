/** The titles of notices: the one line that a lock screen shows at three in the morning. */
import type { TreatmentResult } from '../../healing/treatment.ts';
import type { Incident, Notice } from '../../incidents/incident.ts';
import { latestSince } from '../../incidents/out-spans.ts';
import { endOf, stageOf } from '../../incidents/timeline.ts';
import { onlyTimeHelps } from '../common/advice.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatDuration } from '../common/time.ts';
import { gatewayConditionText, linkConditionText, linkName } from '../common/conditions.ts';

const en = {
  needsYou: 'needs you',
  /** The words after what is wrong. */
  andNeedsYou: (title: string) => `${title}, needs you`,
  /** The words for a trouble that has come back. */
  nth: (title: string, outage: number) => `${title} (outage ${outage})`,
  still: (duration: string) => `still not well (${duration})`,
  failed: {
    start: 'start failed',
    restart: 'restart failed',
    restart_link: 'the link could not be restarted',
    stop: 'stop failed',
    end_process: 'the other process could not be ended',
  } satisfies Readonly<Record<TreatmentResult['remedy'], string>>,
  failedLogin: (remedy: TreatmentResult['remedy'], links: string) =>
    `${links} not logged in after the ${remedy === 'restart_link' ? 'restart of that link' : remedy}`,
  recovered: 'recovered',
  comingBack: 'coming back',
  waiting: 'waiting to recover',
  gone: 'no longer exists',
  unwatched: 'no longer watched',
};

const zh: typeof en = {
  needsYou: '需要你处理',
  andNeedsYou: (title) => `${title}，需要你处理`,
  nth: (title, outage) => `${title}（第 ${outage} 次）`,
  still: (duration) => `仍未恢复（已 ${duration}）`,
  failed: {
    start: '启动失败',
    restart: '重启失败',
    restart_link: '单独重启连接失败',
    stop: '停止失败',
    end_process: '另一个进程没有结束',
  },
  failedLogin: (remedy, links) => {
    if (remedy === 'start') return `启动后 ${links} 仍未登录`;
    return `${remedy === 'restart_link' ? '单独重启' : '重启'}后 ${links} 仍未登录`;
  },
  recovered: '已恢复',
  comingBack: '正在恢复',
  waiting: '等待恢复',
  gone: '已不存在',
  unwatched: '不再看护',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

/** The number by which people speak of an incident, at the end of each of its titles. */
const numbered = (title: string, { id }: Incident): string => `${title} #${id}`;

/** @returns `main：QQ 失联 #12`. */
export const noticeTitle = (notice: Notice, locale: Locale, now: number): string =>
  numbered(bareNoticeTitle(notice, locale, now), notice.incident);

const bareNoticeTitle = (notice: Notice, locale: Locale, now: number): string => {
  const words = WORDS[locale];
  const { incident } = notice;
  const subject = subjectOf(incident, locale);
  switch (notice.kind) {
    case 'opened':
      return illTitle(incident, locale);
    case 'again':
      return words.nth(illTitle(incident, locale), incident.outages);
    case 'needs_operator':
      return notice.decision.act === 'tell' &&
        notice.decision.why === 'not_curable' &&
        onlyTimeHelps(incident.verdict.cause)
        ? illTitle(incident, locale)
        : words.andNeedsYou(illTitle(incident, locale));
    case 'out_of_budget':
      return joinTitle(subject, words.needsYou, locale, false);
    case 'treatment_failed':
      return joinTitle(incident.gateway, failureTitle(notice.result, locale), locale, true);
    case 'reminder':
      return joinTitle(subject, words.still(formatDuration(now - latestSince(incident), locale)), locale, false);
    case 'recovered':
      return joinTitle(subject, words.recovered, locale, false);
  }
};

/** The title of an incident as it stands: what is wrong, that it comes back, that it is over. */
export const incidentTitle = (incident: Incident, locale: Locale): string =>
  numbered(bareIncidentTitle(incident, locale), incident);

const bareIncidentTitle = (incident: Incident, locale: Locale): string => {
  const words = WORDS[locale];
  const { outages } = incident;
  const subject = subjectOf(incident, locale);
  switch (stageOf(incident)) {
    case 'over': {
      const why = endOf(incident);
      return joinTitle(subject, why === 'gone' || why === 'unwatched' ? words[why] : words.recovered, locale, false);
    }
    case 'coming_back':
      return joinTitle(subject, words.comingBack, locale, false);
    case 'waiting':
      return joinTitle(subject, words.waiting, locale, false);
    case 'ill':
      return outages > 1 ? words.nth(illTitle(incident, locale), outages) : illTitle(incident, locale);
  }
};

const illTitle = (incident: Incident, locale: Locale): string =>
  joinTitle(subjectOf(incident, locale), conditionText(incident, locale), locale, incident.link === null);

/** How the thing is, to follow its name: `失联`. */
export const conditionText = ({ verdict }: Incident, locale: Locale): string =>
  verdict.link === null
    ? gatewayConditionText(verdict.condition, locale)
    : linkConditionText(verdict.condition, locale);

const subjectOf = ({ gateway, link }: Incident, locale: Locale): string =>
  link === null ? gateway : `${gateway}${locale === 'en' ? ': ' : '：'}${linkName(link, locale)}`;

/** English reads `main: not running` and `main: QQ offline`. */
const joinTitle = (subject: string, rest: string, locale: Locale, colon: boolean): string =>
  locale === 'en' && colon
    ? `${subject}: ${rest}`
    : `${subject}${isHan(subject.at(-1)) && isHan(rest[0]) ? '' : ' '}${rest}`;

/** Between two words of Chinese there is no blank. */
const isHan = (sign: string | undefined): boolean => sign !== undefined && /\p{Script=Han}/u.test(sign);

const failureTitle = ({ remedy, missing }: TreatmentResult, locale: Locale): string => {
  const words = WORDS[locale];
  const links = missing.map((each) => (each.what === 'login' ? linkName(each.link, locale) : null));
  return links.length === 0 || links.includes(null)
    ? words.failed[remedy]
    : words.failedLogin(remedy, links.join(locale === 'en' ? ', ' : '、'));
};
