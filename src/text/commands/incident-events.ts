/** What happened in an incident, and what ended it, in a few words each. */
import type { LinkName } from '../../diagnosis/evidence.ts';
import type { GatewayCondition, LinkCondition, Verdict } from '../../diagnosis/verdict.ts';
import type { Treatment, TreatmentResult } from '../../healing/treatment.ts';
import type { Happening, Incident, Notice } from '../../incidents/incident.ts';
import { endOf } from '../../incidents/timeline.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatDuration } from '../common/time.ts';
import { treatmentTexts } from '../common/treatments.ts';
import { causeText, gatewayConditionText, linkConditionText, linkName } from '../common/conditions.ts';

const happeningsEn = {
  noticed: (words: string) => `noticed: ${words}`,
  changed: (words: string) => `now: ${words}`,
  again: (outage: number, cause: string) => `ill for the ${ordinal(outage)} time: ${cause}`,
  well: 'looks well, watching',
  ill: 'ill again',
  waiting: 'the cause is over, waiting for it to recover',
  took: (time: string) => `took ${time}`,
  told: {
    opened: 'alert sent',
    again: 'told that it is back',
    needs_operator: 'told that it needs you',
    out_of_budget: 'told that restarting has stopped',
    treatment_failed: 'told that a treatment failed',
    reminder: 'reminder sent',
    recovered: 'told that it is over',
  } satisfies Readonly<Record<Notice['kind'], string>>,
  acknowledged: (by: string) => `${by} acknowledged it`,
  closed: {
    recovered: 'recovered',
    gone: 'that link no longer exists; no longer watched',
    folded: "became part of the gateway's own incident",
    unwatched: 'no longer in the configuration; no longer watched',
  } satisfies Readonly<Record<Extract<Happening, { what: 'closed' }>['why'], string>>,
  because: (words: string, cause: string) => `${words}: ${cause}`,
  and: ', ',
};

const happeningsZh: typeof happeningsEn = {
  noticed: (words) => `发现：${words}`,
  changed: (words) => `变成：${words}`,
  again: (outage, cause) => `第 ${outage} 次出问题：${cause}`,
  well: '看起来好了，继续观察',
  ill: '又出问题了',
  waiting: '原因已消除，等待恢复',
  took: (time) => `用时 ${time}`,
  told: {
    opened: '已告警',
    again: '已告知又出问题',
    needs_operator: '已告知需要你处理',
    out_of_budget: '已告知停止自动重启',
    treatment_failed: '已告知处理没成功',
    reminder: '已提醒',
    recovered: '已告知恢复',
  },
  acknowledged: (by) => `${by} 已确认`,
  closed: {
    recovered: '已恢复',
    gone: '这个连接不在了，不再看护',
    folded: '并入网关自己的故障',
    unwatched: '配置里没有它了，不再看护',
  },
  because: (words, cause) => `${words}，${cause}`,
  and: '，',
};

const HAPPENINGS: Texts<typeof happeningsEn> = { 'zh-CN': happeningsZh, en: happeningsEn };

const ordinal = (count: number): string => {
  const suffix = count % 100 >= 11 && count % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${suffix}`;
};

/** An incident's conditions are its link's or, where it is the gateway's own, the gateway's. */
const conditionText = (link: LinkName | null, condition: Verdict['condition'], locale: Locale): string =>
  link === null
    ? gatewayConditionText(condition as GatewayCondition, locale)
    : linkConditionText(condition as LinkCondition, locale);

/** `QQ 失联` of a link, `卡死了` of the gateway itself. */
export const incidentWords = ({ link, verdict }: Pick<Incident, 'link' | 'verdict'>, locale: Locale): string => {
  const words =
    verdict.link === null
      ? gatewayConditionText(verdict.condition, locale)
      : linkConditionText(verdict.condition, locale);
  return link === null ? words : `${linkName(link, locale)} ${words}`;
};

/** Returns one entry of the timeline, without its time. */
export const happeningText = (
  happening: Happening,
  incident: Pick<Incident, 'gateway' | 'link' | 'treatments'>,
  locale: Locale,
): string => {
  const words = HAPPENINGS[locale];
  switch (happening.what) {
    case 'opened':
    case 'changed': {
      const state = words.because(
        conditionText(incident.link, happening.condition, locale),
        causeText(happening.cause, locale),
      );
      return happening.what === 'opened' ? words.noticed(state) : words.changed(state);
    }
    case 'again':
      return words.again(happening.outage, causeText(happening.cause, locale));
    case 'well':
    case 'ill':
    case 'waiting':
      return words[happening.what];
    case 'treated': {
      const result = incident.treatments[happening.index];
      return result ? treatedText(result, incident.gateway, locale) : '…';
    }
    case 'told':
      return words.told[happening.kind];
    case 'acknowledged':
      return words.acknowledged(happening.by);
    case 'closed':
      return words.closed[happening.why];
  }
};

const treatedText = (
  { outcome, remedy, before, after, missing, startedAt, endedAt }: TreatmentResult,
  gateway: string,
  locale: Locale,
): string => {
  const words = HAPPENINGS[locale];
  const text = treatmentTexts(locale);
  const took = words.took(formatDuration(endedAt - startedAt, locale));
  const facts =
    outcome === 'recovered'
      ? [
          ...((before || after) && before?.pid !== after?.pid
            ? [text.process(before?.pid ?? null, after?.pid ?? null)]
            : []),
          took,
        ]
      : [...missing.map((each) => text.missing(each)), took];
  return [outcome === 'recovered' ? text.done(gateway, remedy) : text.notDone(gateway, remedy), ...facts].join(
    words.and,
  );
};

const REMEDIES: Readonly<Record<Treatment, string>> = {
  start: '启动',
  restart: '重启',
  restart_link: '单独重启连接',
  stop: '停止',
  end_process: '结束另一个进程',
};
const DONE: Readonly<Record<Treatment, string>> = {
  start: 'start',
  restart: 'restart',
  restart_link: 'restart of the link',
  stop: 'stop',
  end_process: 'end of another process',
};

const curesEn = {
  byItself: 'recovered by itself',
  treated: (remedy: Treatment, by: string | null, tries: number) => {
    const [article, preposition] = remedy === 'end_process' ? ['an', 'by'] : ['a', 'of'];
    const which = tries > 1 ? `the ${ordinal(tries)}` : article;
    return `recovered by ${which} ${DONE[remedy]}${by === null ? '' : ` ${preposition} ${by}`}`;
  },
};

const curesZh: typeof curesEn = {
  byItself: '自行恢复',
  treated: (remedy, by, tries) =>
    `${by === null ? '' : `${by} `}${tries > 1 ? `第 ${tries} 次` : ''}${REMEDIES[remedy]}后恢复`,
};

const CURES: Texts<typeof curesEn> = { 'zh-CN': curesZh, en: curesEn };

/** Returns what ended the incident, in a few words: `第 2 次重启后恢复`. */
export const endText = (incident: Incident, locale: Locale): string => {
  const { treatments } = incident;
  const end = endOf(incident);
  if (end !== null && end !== 'recovered') return HAPPENINGS[locale].closed[end];
  const words = CURES[locale];
  const cure = treatments.findLast(({ outcome }) => outcome === 'recovered');
  if (!cure) return words.byItself;
  const tries = treatments.slice(0, treatments.indexOf(cure) + 1).filter(({ remedy }) => remedy === cure.remedy).length;
  return words.treated(cure.remedy, cure.requestedBy === 'auto' ? null : cure.requestedBy, tries);
};
