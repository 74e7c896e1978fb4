/** What `/maintenance` says of maintenance that is planned ahead. */
import type { Locale, Texts } from '../locale.ts';

const DAYS: Texts<readonly string[]> = {
  'zh-CN': ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

/** Ends the sentence "must …". */
export const PLAN_START_RULE: Texts<string> = {
  'zh-CN': '时间从 00:00 到 23:59，例如 23:00；前面可以写一天，例如 sun、周日、tomorrow',
  en: 'be a time from 00:00 to 23:59, such as 23:00; before it may stand one day, such as sun or tomorrow',
};

const en = {
  /** `time` is a time of day, `next` the next date and time. */
  weekly: (day: number, time: string, next: string) => `every ${DAYS.en[day] ?? ''} at ${time} (next: ${next})`,
  one: (id: number, scope: string, when: string, duration: string, by: string) =>
    `Planned #${id} for ${scope}: ${when}, for ${duration} (by ${by})`,
  planned: (id: number, scope: string, when: string, duration: string) =>
    `Maintenance of ${scope} planned: ${when}, for ${duration} (#${id})`,
  already: (line: string) => `Is planned already. ${line}`,
  overlaps: (line: string) => `It overlaps with another, and the gateway is left alone until both are over. ${line}`,
  howToPlan: (command: string) => `To plan one ahead, send ${command}; with "weekly" it comes every week`,
  howToCancel: (command: string) => `To cancel it, send ${command}`,
  cancelButton: (id: number) => `Cancel #${id}`,
  cancelled: (line: string) => `Cancelled. ${line}`,
  needsDuration: (start: string) => `For how long? For example /maintenance ${start} 2h`,
  isPast: (start: string) => `${start} of today is over`,
  tooMany: (most: number) => `There are ${most} plans already; cancel one first`,
  noSuchPlan: (typed: string) => `No maintenance ${typed} is planned; /maintenance shows what is`,
  needsStart: () => 'A day or "weekly" needs a time, such as /maintenance sun 03:00 2h weekly',
};

/** After a bracket there is no blank. */
const begins = (when: string): string => `${when}${when.endsWith('）') ? '' : ' '}开始`;

const zh: typeof en = {
  weekly: (day, time, next) => `每${DAYS['zh-CN'][day] ?? ''} ${time}（下次 ${next}）`,
  one: (id, scope, when, duration, by) => `计划 #${id} ${scope}：${begins(when)}，${duration}（${by} 设的）`,
  planned: (id, scope, when, duration) => `已安排 ${scope} 维护：${begins(when)}，${duration}（#${id}）`,
  already: (line) => `已经安排过了：${line}`,
  overlaps: (line) => `和另一个计划有重叠，两个都结束后才算完：${line}`,
  howToPlan: (command) => `要提前安排，发 ${command}；加「每周」就每周一次`,
  howToCancel: (command) => `要取消，发 ${command}`,
  cancelButton: (id) => `取消 #${id}`,
  cancelled: (line) => `已取消：${line}`,
  needsDuration: (start) => `要维护多久？例如 /maintenance ${start} 2h`,
  isPast: (start) => `今天 ${start} 已经过了`,
  tooMany: (most) => `已经有 ${most} 个计划，先取消一个`,
  noSuchPlan: (typed) => `没有 ${typed} 这个维护计划，发 /maintenance 看有哪些`,
  needsStart: () => '指定哪天或每周，还要有时间，例如 /maintenance 周日 03:00 2h 每周',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const planText = (locale: Locale) => TEXTS[locale];
