/** What `/history`, `/incident` and `/ack` say. */
import type { Severity } from '../../incidents/incident.ts';
import type { Locale, Texts } from '../locale.ts';

const SEVERITIES: Texts<Readonly<Record<Severity, string>>> = {
  'zh-CN': { critical: '严重', warning: '一般' },
  en: { critical: 'critical', warning: 'warning' },
};

const en = {
  historyTitle: (name: string | null, window: string, count: number) =>
    `${name === null ? 'Last' : `${name}, last`} ${window}: ${count === 0 ? 'no incidents' : `${count} ${count === 1 ? 'incident' : 'incidents'}`}`,
  /**
   * `percent` of the time that it was watched was without an outage; null: it was not watched. `watched` null: all the
   * time.
   */
  figures: (name: string, percent: string | null, watched: string | null, count: number, longest: string | null) =>
    `${name}: ${percent === null ? 'not watched' : `well ${percent} of ${watched === null ? 'the time' : `the ${watched} watched`}`}, ${count} ${count === 1 ? 'incident' : 'incidents'}${longest === null ? '' : `, the longest ${longest}`}`,
  process: () => 'process',
  /** `subject`: whose. What came back within its grace, without a message. */
  blips: (subject: string, count: number, longest: string) =>
    `${subject}: ${count} ${count === 1 ? 'blip' : 'blips'}, at most ${longest}, back by itself`,
  /** Behind those of one link: over how long, and for how much of that it was up. */
  blipSpan: (span: string, up: string) => ` (over ${span}, up ${up})`,
  othersWell: (count: number) => `${count === 1 ? 'The other gateway' : `The other ${count} gateways`} had none`,
  figuresNote: () => 'Well: how much of the time watched was without an outage',
  /** @param subject null where it is clear whose it is. */
  entry: (id: number, at: string, subject: string, end: string) => `#${id} ${at} ${subject}, ${end}`,
  stillOpen: (time: string) => `still open, for ${time}`,
  comingBack: (time: string) => `coming back, after ${time}`,
  older: (count: number, command: string) => `${count} older: send ${command}`,
  longer: (command: string) => `To look further back, send ${command}`,
  olderButton: () => 'More',

  title: (id: number, subject: string, state: 'open' | 'waiting' | 'coming_back' | 'recovered' | 'closed') =>
    `#${id} ${subject}${{ open: '', waiting: ', waiting to recover', coming_back: ', coming back', recovered: ', recovered', closed: ', closed' }[state]}`,
  severity: (severity: Severity) => SEVERITIES.en[severity],
  /** `time` null: the trouble has only just begun. */
  openFor: (severity: string, since: string, time: string | null) =>
    `${severity}, since ${since}${time === null ? '' : `, for ${time}`}`,
  lasted: (severity: string, from: string, to: string, time: string) => `${severity}, for ${time} (${from} – ${to})`,
  detected: (detect: string, heal: string | null) =>
    `noticed within ${detect}, ${heal === null ? 'not healed yet' : `healed within ${heal}`}`,
  /** `down`: it was out, and not only in want of something. */
  outages: (count: number, down: boolean) => `${down ? 'went down' : 'in trouble'} ${count} times`,
  acknowledged: (by: string, ago: string) => `acknowledged by ${by} (${ago})`,
  skipped: (count: number) => `… ${count} left out`,
  others: (ids: readonly number[]) => `also open: ${ids.map((id) => `#${id}`).join(', ')}`,
  /** `last` null: there is none at all. */
  noSuchIncident: (id: number, last: number | null) =>
    last === null
      ? `There is no #${id}; there has been no incident yet`
      : `There is no #${id}; the last is #${last}\n/history shows them`,
  neverAny: () => 'There has been no incident yet',
  ackButton: () => 'Got it',
  historyButton: () => 'History',

  acked: (what: string) => `Acknowledged: ${what}`,
  ackedSeveral: (count: number) => `Acknowledged: ${count} incidents`,
  ackNote: () => 'No more reminders; its end is told, and when it needs you',
  alreadyAcked: (by: string, ago: string) => `${by} has acknowledged it (${ago}); there are no reminders`,
  nothingToAck: (name: string | null) =>
    `${name === null ? 'Nothing' : `${name}: nothing`} is open; there is nothing to acknowledge`,
  alreadyOver: (id: number) => `#${id} is over; there is nothing to acknowledge`,
  notOfGateway: (id: number, name: string) => `#${id} is no incident of ${name}`,
  more: (count: number) => `${count} more`,
};

const zh: typeof en = {
  historyTitle: (name, window, count) =>
    `${name === null ? '' : `${name} `}最近 ${window}：${count === 0 ? '没有故障' : `${count} 次故障`}`,
  figures: (name, percent, watched, count, longest) =>
    `${name}：${percent === null ? '这段时间没有看护' : `正常 ${percent}${watched === null ? '' : `（看护了 ${watched}）`}`}，故障 ${count} 次${longest === null ? '' : `，最长 ${longest}`}`,
  process: () => '进程',
  blips: (subject, count, longest) => `${subject} 短暂断开 ${count} 次，最长 ${longest}，自行恢复`,
  blipSpan: (span, up) => `（前后 ${span}，${up} 的时间在线）`,
  othersWell: (count) => `其余 ${count} 个网关没有故障`,
  figuresNote: () => '正常：看护的时间里，没有中断的占比',
  entry: (id, at, subject, end) => `#${id} ${at} ${subject}，${end}`,
  stillOpen: (time) => `未恢复，已 ${time}`,
  comingBack: (time) => `正在恢复，已 ${time}`,
  older: (count, command) => `更早还有 ${count} 次，发 ${command}`,
  longer: (command) => `看更久的，发 ${command}`,
  olderButton: () => '更多',

  title: (id, subject, state) =>
    `#${id} ${subject}${{ open: '', waiting: '，等待恢复', coming_back: '，正在恢复', recovered: '，已恢复', closed: '，已结束' }[state]}`,
  severity: (severity) => SEVERITIES['zh-CN'][severity],
  openFor: (severity, since, time) => `${severity}，${since} 起${time === null ? '' : `，已 ${time}`}`,
  lasted: (severity, from, to, time) => `${severity}，共 ${time}（${from} – ${to}）`,
  detected: (detect, heal) => `发现用了 ${detect}，${heal === null ? '还没恢复' : `恢复用了 ${heal}`}`,
  outages: (count) => `反复出了 ${count} 次`,
  acknowledged: (by, ago) => `${by} 已确认（${ago}）`,
  skipped: (count) => `… 省略 ${count} 条`,
  others: (ids) => `还没恢复的还有 ${ids.map((id) => `#${id}`).join('、')}`,
  noSuchIncident: (id, last) =>
    last === null ? `没有 #${id}，还没有过故障` : `没有 #${id}，最近的是 #${last}\n发 /history 看全部`,
  neverAny: () => '还没有过故障',
  ackButton: () => '知道了',
  historyButton: () => '历史',

  acked: (what) => `已确认：${what}`,
  ackedSeveral: (count) => `已确认 ${count} 个故障`,
  ackNote: () => '不再提醒；恢复了，或要你动手时，还会告诉你',
  alreadyAcked: (by, ago) => `${by} 已经确认过了（${ago}），不会再提醒`,
  nothingToAck: (name) => `${name === null ? '' : `${name} `}没有未恢复的故障，不用确认`,
  alreadyOver: (id) => `#${id} 已经恢复，不用确认`,
  notOfGateway: (id, name) => `#${id} 不是 ${name} 的故障`,
  more: (count) => `还有 ${count} 个`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const incidentTexts = (locale: Locale) => TEXTS[locale];

/** What each of these commands does, in one line of help. */
export const INCIDENT_HELP = {
  history: { 'zh-CN': '看过去的故障，和正常时间的比例', en: 'past incidents, and how much of the time all was well' },
  incident: { 'zh-CN': '看一次故障的经过', en: 'what happened in an incident' },
  ack: { 'zh-CN': '说你知道了，不再提醒', en: 'say that you know, so that you are not reminded' },
} satisfies Record<string, Texts<string>>;
