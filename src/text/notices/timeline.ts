/** The story of an incident, a line each. */
import type { TreatmentResult } from '../../healing/treatment.ts';
import type { Happening, Incident } from '../../incidents/incident.ts';
import { stageOf, type IncidentStage } from '../../incidents/timeline.ts';
import type { Locale, Texts } from '../locale.ts';
import { missingText } from './notice-lines.ts';
import { formatTime } from '../common/time.ts';
import { causeText } from '../common/conditions.ts';

const en = {
  noticed: (cause: string) => `noticed: ${cause}`,
  changed: (cause: string) => `now: ${cause}`,
  again: (outage: number, cause: string) => `outage ${outage}: ${cause}`,
  comingBack: 'coming back',
  waiting: 'waiting for it to recover',
  done: {
    start: 'started',
    restart: 'restarted',
    restart_link: 'link restarted',
    stop: 'stopped',
    end_process: 'the other process ended',
  } satisfies Readonly<Record<TreatmentResult['remedy'], string>>,
  process: (before: number | null, after: number) =>
    before === null ? `: new process ${after}` : `: process ${before} → ${after}`,
  inVain: (missing: string | null) => `, without success${missing === null ? '' : `: ${missing}`}`,
  closed: {
    recovered: 'recovered',
    gone: 'it no longer exists',
    folded: "part of the gateway's own trouble",
    unwatched: 'no longer watched',
  } satisfies Readonly<Record<Extract<Happening, { what: 'closed' }>['why'], string>>,
};

const zh: typeof en = {
  noticed: (cause) => `发现：${cause}`,
  changed: (cause) => `变成：${cause}`,
  again: (outage, cause) => `第 ${outage} 次出问题：${cause}`,
  comingBack: '正在恢复',
  waiting: '等待恢复',
  done: {
    start: '已启动',
    restart: '已重启',
    restart_link: '已单独重启连接',
    stop: '已停止',
    end_process: '已结束另一个进程',
  },
  process: (before, after) => (before === null ? `：新进程 ${after}` : `：进程 ${before} → ${after}`),
  inVain: (missing) => `，没有成功${missing === null ? '' : `：${missing}`}`,
  closed: { recovered: '已恢复', gone: '已不存在', folded: '并入网关的故障', unwatched: '不再看护' },
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

/** Entries that have a line only while they are true. */
const PASSING: Readonly<Record<IncidentStage, Happening['what'] | null>> = {
  ill: null,
  waiting: 'waiting',
  coming_back: 'well',
  over: null,
};

/** As many lines as a card on a phone shows without scrolling. */
const MOST = 8;

/** Returns what happened so far, a line each, oldest first; of a long story only its end. */
export const timelineTexts = (incident: Incident, locale: Locale, now: number): readonly string[] => {
  const { openedAt, verdict, timeline } = incident;
  // An incident that an older Lifeline opened has no beginning there.
  const begun = timeline.some(({ what }) => what === 'opened');
  const story: readonly Happening[] = begun
    ? timeline
    : [{ at: openedAt, what: 'opened', condition: verdict.condition, cause: verdict.cause, evidence: [] }, ...timeline];
  const present = PASSING[stageOf(incident)];
  const last = story.findLastIndex(({ what }) => what === present);
  return story
    .filter(({ what }, index) => (what !== 'well' && what !== 'waiting') || index === last)
    .flatMap((happening) => {
      const text = textOf(happening, incident, locale);
      return text === null ? [] : [`${formatTime(happening.at, locale, now)} ${text}`];
    })
    .slice(-MOST);
};

/** @returns null for what the card shows in another way, or what changed nothing for long. */
const textOf = (happening: Happening, { treatments }: Incident, locale: Locale): string | null => {
  const words = WORDS[locale];
  switch (happening.what) {
    case 'opened':
      return words.noticed(causeText(happening.cause, locale));
    case 'changed':
      return words.changed(causeText(happening.cause, locale));
    case 'again':
      return words.again(happening.outage, causeText(happening.cause, locale));
    case 'well':
      return words.comingBack;
    case 'waiting':
      return words.waiting;
    case 'treated': {
      const result = treatments[happening.index];
      return result === undefined ? null : treatedText(result, words, locale);
    }
    case 'closed':
      return words.closed[happening.why];
    case 'ill':
    case 'told':
    case 'acknowledged':
      return null;
  }
};

const treatedText = (result: TreatmentResult, words: typeof en, locale: Locale): string => {
  const { remedy, outcome, before, after } = result;
  if (outcome !== 'recovered') return `${words.done[remedy]}${words.inVain(missingText(result, locale))}`;
  return `${words.done[remedy]}${after === null || after.pid === before?.pid ? '' : words.process(before?.pid ?? null, after.pid)}`;
};
