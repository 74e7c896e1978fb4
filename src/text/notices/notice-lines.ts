/** The lines of notices below their titles: the essential first, short enough for a phone. */
import { isOutage } from '../../diagnosis/verdict.ts';
import type { TreatmentResult } from '../../healing/treatment.ts';
import type { Incident } from '../../incidents/incident.ts';
import { latestSince, outMs, outSpans } from '../../incidents/out-spans.ts';
import { loginAtOf } from '../../incidents/timeline.ts';
import type { Locale, Texts } from '../locale.ts';
import { conditionText } from './notice-titles.ts';
import { formatDuration, formatTime } from '../common/time.ts';
import { treatmentTexts } from '../common/treatments.ts';
import { causeText, linkName } from '../common/conditions.ts';

const triedEn = (restarts: number, failed: number): string => {
  if (restarts === 0) return 'no restarts left';
  if (failed === 0) return `restarted ${times(restarts)}; it recovered each time and failed again; no restarts left`;
  if (failed === restarts) return `tried ${times(restarts)}, still not well`;
  return `restarted ${times(restarts)}, without success ${times(failed)}; no restarts left`;
};

const triedZh = (restarts: number, failed: number): string => {
  if (restarts === 0) return '次数已用完';
  if (failed === 0) return `重启 ${restarts} 次都成功了，却又出问题，次数已用完`;
  if (failed === restarts) return `试了 ${restarts} 次仍未恢复`;
  return `重启 ${restarts} 次，${failed} 次没成功，次数已用完`;
};

const en = {
  and: ', ',
  since: (time: string, duration: string | null) =>
    duration === null ? `Since ${time}` : `Since ${time}, for ${duration}`,
  /** `failed` of its restarts did not bring it back. */
  stopped: (restarts: number, failed: number) => `I have stopped restarting: ${triedEn(restarts, failed)}`,
  unproven: (missing: string) => missing.charAt(0).toUpperCase() + missing.slice(1),
  problem: (problem: string) => `Reason: ${problem}`,
  /** `down`: it was out, and not only in want of something. */
  backAgain: (outages: number, first: string, down: boolean) =>
    `It had recovered; this is ${down ? 'outage' : 'time'} ${outages} since ${first}`,
  quietFromNow: 'I will not report each further outage, only a lasting recovery',
  outages: (count: number, down: boolean) => `It comes and goes: ${count} ${down ? 'outages' : 'times'} so far`,
  /** The line about trouble with which the gateway went on working. */
  lasted: (duration: string, from: string, to: string) => `Lasted ${duration} (${from} – ${to})`,
  outage: (duration: string, from: string, to: string) => `Out for ${duration} (${from} – ${to})`,
  /** It was up and down all the while: for how long it was down in all is not known. */
  crashed: (count: number, duration: string, from: string, to: string) =>
    count > 1
      ? `${count} outages with crashes, over ${duration} (${from} – ${to})`
      : `Crashed again and again for ${duration} (${from} – ${to})`,
  outagesInAll: (count: number, duration: string, from: string, to: string) =>
    `${count} outages, ${duration} in all (${from} – ${to})`,
  was: (trouble: string) => `Trouble: ${trouble}`,
  trouble: (condition: string, cause: string) => `${condition} (${cause})`,
  acknowledged: (by: string, time: string) => `Acknowledged by ${by} at ${time}`,
  ack: 'Got it',
  logs: 'Logs',
  why: 'Why',
  mute: 'Mute 1 h',
  story: 'Story',
  goesOn: (time: string) => `This goes on in the newer message of ${time}`,
  ackHint: (incident: number) => `To stop the reminders, send /ack ${incident}`,
  byItself: 'By itself, without a restart by me',
  treated: (restarts: number, starts: number, links: number, cleanups: number) =>
    [
      restarts && `restarted ${times(restarts)}`,
      starts && `started ${times(starts)}`,
      links && `restarted the link alone ${times(links)}`,
      cleanups && `ended ${cleanups === 1 ? 'another process' : `${cleanups} other processes`}`,
    ]
      .filter((part) => typeof part === 'string')
      .join(', ')
      .replace(/^./, (letter) => letter.toUpperCase()),
  process: (before: number | null, after: number) =>
    before === null ? `new process ${after}` : `process ${before} → ${after}`,
  loggedIn: (link: string, time: string) => `${link} logged in at ${time}`,
  well: (link: string, time: string) => `${link} well since ${time}`,
  running: (time: string) => `running again at ${time}`,
  wouldRun: 'Would run:',
  restart: (gateway: string) => `To restart it, send /restart ${gateway}`,
  retry: (gateway: string) => `Look at /logs ${gateway} first. To try again, send /restart ${gateway}`,
};

const zh: typeof en = {
  and: '，',
  since: (time, duration) => (duration === null ? `${time} 起` : `${time} 起，已 ${duration}`),
  stopped: (restarts, failed) => `我已停止自动重启：${triedZh(restarts, failed)}`,
  unproven: (missing) => missing,
  problem: (problem) => `原因：${problem}`,
  backAgain: (outages, first) => `恢复后又断，已是第 ${outages} 次（从 ${first} 算起）`,
  quietFromNow: '之后再断不再逐次通知，稳定恢复后告诉你',
  outages: (count, down) => `${down ? '反复中断' : '反复出现'}，已 ${count} 次`,
  lasted: (duration, from, to) => `持续 ${duration}（${from} – ${to}）`,
  outage: (duration, from, to) => `中断 ${duration}（${from} – ${to}）`,
  crashed: (count, duration, from, to) =>
    count > 1
      ? `中断和崩溃 ${count} 次，前后 ${duration}（${from} – ${to}）`
      : `反复崩溃，前后 ${duration}（${from} – ${to}）`,
  outagesInAll: (count, duration, from, to) => `中断 ${count} 次，共 ${duration}（${from} – ${to}）`,
  was: (trouble) => `当时：${trouble}`,
  trouble: (condition, cause) => `${condition}（${cause}）`,
  acknowledged: (by, time) => `${by} 已确认（${time}）`,
  ack: '知道了',
  logs: '日志',
  why: '为什么',
  mute: '静音 1 小时',
  story: '经过',
  goesOn: (time) => `后续见 ${time} 的新消息`,
  ackHint: (incident) => `不想再被提醒，发 /ack ${incident}`,
  byItself: '自行恢复，我没有重启它',
  treated: (restarts, starts, links, cleanups) =>
    [
      restarts && `重启 ${restarts} 次`,
      starts && `启动 ${starts} 次`,
      links && `单独重启连接 ${links} 次`,
      cleanups && `结束了 ${cleanups} 个别的进程`,
    ]
      .filter((part) => typeof part === 'string')
      .join('，'),
  process: (before, after) => (before === null ? `新进程 ${after}` : `进程 ${before} → ${after}`),
  loggedIn: (link, time) => `${link} 于 ${time} 重新登录`,
  well: (link, time) => `${link} ${time} 起恢复正常`,
  running: (time) => `${time} 恢复运行`,
  wouldRun: '会执行：',
  restart: (gateway) => `要重启，发 /restart ${gateway}`,
  retry: (gateway) => `先看 /logs ${gateway}。要再试一次，发 /restart ${gateway}`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

const SECOND_MS = 1_000;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Returns since when and for how long; trouble that has just begun gets no duration. */
export const sinceText = (incident: Incident, locale: Locale, now: number): string => {
  const since = latestSince(incident);
  return WORDS[locale].since(
    formatTime(since, locale, now),
    now - since < SECOND_MS ? null : formatDuration(now - since, locale),
  );
};

/** Returns since when, without a duration: it stands elsewhere, or would not stay true. */
export const beganText = ({ since }: Incident, locale: Locale, now: number): string =>
  WORDS[locale].since(formatTime(since, locale, now), null);

/** Returns the line about the budget, which counts Lifeline's own restarts of the whole gateway. */
export const stoppedText = ({ treatments }: Incident, locale: Locale): string => {
  const own = treatments.filter(
    ({ requestedBy, remedy }) => requestedBy === 'auto' && (remedy === 'restart' || remedy === 'start'),
  );
  return WORDS[locale].stopped(own.length, own.filter(({ outcome }) => outcome === 'failed').length);
};

/** What could not be proven after a treatment; null when there is nothing to say. */
export const missingText = ({ missing }: TreatmentResult, locale: Locale): string | null => {
  const words = WORDS[locale];
  if (missing.length === 0) return null;
  return words.unproven(missing.map((each) => treatmentTexts(locale).missing(each)).join(words.and));
};

export const problemText = (problem: string, locale: Locale): string => WORDS[locale].problem(problem);

const hasCrashed = ({ verdict, timeline }: Incident): boolean =>
  verdict.condition === 'crash_looping' ||
  timeline.some((each) => 'condition' in each && each.condition === 'crash_looping');

/** How long it was out of service, and how often when more than once. */
export const outageText = (incident: Incident, locale: Locale, now: number): string => {
  const words = WORDS[locale];
  const { since, wellSince, closedAt, outages } = incident;
  const end = wellSince ?? closedAt ?? now;
  const [from, to] = [formatTime(since, locale, now), formatTime(end, locale, now)];
  if (outSpans(incident).length === 0) return words.lasted(formatDuration(end - since, locale), from, to);
  if (hasCrashed(incident)) return words.crashed(outages, formatDuration(end - since, locale), from, to);
  const duration = formatDuration(outMs(incident, now), locale);
  return outages > 1 ? words.outagesInAll(outages, duration, from, to) : words.outage(duration, from, to);
};

/** What is wrong, for where the title does not say it: `失联（断线后一直没有重新登录）`. */
export const troubleText = (incident: Incident, locale: Locale): string => {
  const text = WORDS[locale].trouble(conditionText(incident, locale), causeText(incident.verdict.cause, locale));
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** What was wrong: for many a recovery is the first that they read of it. */
export const wasText = (incident: Incident, locale: Locale): string =>
  WORDS[locale].was(WORDS[locale].trouble(conditionText(incident, locale), causeText(incident.verdict.cause, locale)));

/** Returns the line that says that the trouble was over and has come back. */
export const backAgainText = ({ outages, since, verdict }: Incident, locale: Locale, now: number): string =>
  WORDS[locale].backAgain(outages, formatTime(since, locale, now), isOutage(verdict));
export const quietFromNowText = (locale: Locale): string => WORDS[locale].quietFromNow;

/** Returns how often the trouble came so far; null: once. */
export const outagesText = ({ outages, verdict }: Incident, locale: Locale): string | null =>
  outages > 1 ? WORDS[locale].outages(outages, isOutage(verdict)) : null;

/** Returns who has acknowledged the incident; null: nobody. */
export const acknowledgedText = ({ acknowledged }: Incident, locale: Locale, now: number): string | null =>
  acknowledged === null ? null : WORDS[locale].acknowledged(acknowledged.by, formatTime(acknowledged.at, locale, now));
export const ackLabel = (locale: Locale): string => WORDS[locale].ack;
export const logsLabel = (locale: Locale): string => WORDS[locale].logs;
export const whyLabel = (locale: Locale): string => WORDS[locale].why;
export const muteLabel = (locale: Locale): string => WORDS[locale].mute;
export const storyLabel = (locale: Locale): string => WORDS[locale].story;
export const goesOnText = (at: number, locale: Locale, now: number): string =>
  WORDS[locale].goesOn(formatTime(at, locale, now));
export const ackHint = ({ id }: Incident, locale: Locale): string => WORDS[locale].ackHint(id);

/** What made it well: `重启 1 次，进程 123 → 456，QQ 于 10:31:05 重新登录`. */
export const cureText = (incident: Incident, locale: Locale, now: number): string => {
  const { link, treatments, wellSince, closedAt } = incident;
  const words = WORDS[locale];
  const count = (wanted: TreatmentResult['remedy']): number =>
    treatments.filter(({ remedy }) => remedy === wanted).length;
  const after = treatments.at(-1)?.after;
  const time = formatTime(wellSince ?? closedAt ?? now, locale, now);
  const loginAt = loginAtOf(incident);
  const wellAgain = (name: string): string =>
    loginAt === null ? words.well(name, time) : words.loggedIn(name, formatTime(loginAt, locale, now));
  return [
    treatments.length
      ? words.treated(count('restart'), count('start'), count('restart_link'), count('end_process'))
      : words.byItself,
    after && after.pid !== treatments[0]?.before?.pid
      ? words.process(treatments[0]?.before?.pid ?? null, after.pid)
      : null,
    link === null ? words.running(time) : wellAgain(linkName(link, locale)),
  ]
    .filter((part) => part !== null)
    .join(words.and);
};

/** The hints that tell how to ask for a restart, and for one more. */
export const restartHint = (gateway: string, locale: Locale): string => WORDS[locale].restart(gateway);
export const wouldRunText = (locale: Locale): string => WORDS[locale].wouldRun;

export const retryHint = (gateway: string, locale: Locale): string => WORDS[locale].retry(gateway);
