/** What `/mute`, `/unmute` and `/maintenance` say. */
import type { Silence } from '../../store/silences.ts';
import type { Locale, Texts } from '../locale.ts';

type Kind = Silence['kind'];

const KINDS: Texts<Readonly<Record<Kind, string>>> = {
  'zh-CN': { mute: '静音', maintenance: '维护' },
  en: { mute: 'mute', maintenance: 'maintenance' },
};

/** Sets a name in Latin letters apart from the Chinese that follows. */
const spaced = (scope: string): string => (/[\w.-]$/.test(scope) ? `${scope} ` : scope);

const en = {
  /** What it is for: a gateway's name, or null for all. */
  scope: (gateway: string | null) => gateway ?? 'all gateways',
  begun: (kind: Kind, scope: string, until: string) =>
    `${kind === 'mute' ? 'Muted' : 'Maintenance of'} ${scope} until ${until}`,
  /** What happens during the silence, and at its end. */
  means: (kind: Kind): string =>
    kind === 'mute'
      ? 'It is healed as ever, but you hear no alert; what is still ill at the end is told then'
      : 'It is left alone and you hear no alert; what is still ill at the end is healed and told then',
  overlaps: (until: string) => `Overlaps an earlier one (until ${until}); the later end counts`,
  /** The silence of one gateway that lasts beyond the one for all. */
  longer: (scope: string, until: string) => `${scope} has one of its own, until ${until}`,
  openCritical: (subject: string, since: string) => `Mind: ${subject}, since ${since} and still open`,
  moreOpen: (count: number) => `${count} more still open; /incident shows them`,
  none: () => 'Nothing is muted, nothing is in maintenance',
  active: (count: number) => `Mutes and maintenance: ${count} active`,
  one: (kind: Kind, scope: string, until: string, left: string, by: string) =>
    `${KINDS.en[kind]} of ${scope}: until ${until}, ${left} left (by ${by})`,
  more: (count: number) => `${count} more not shown`,
  howToBegin: (command: string) => `To begin, send ${command}`,
  howToEnd: (command: string) => `To end it early, send ${command}`,
  endButton: (kind: Kind): string => (kind === 'mute' ? 'Unmute' : 'End it'),
  ended: (kind: Kind, scope: string) => (kind === 'mute' ? `No longer muted: ${scope}` : `Maintenance over: ${scope}`),
  nothingToEnd: (kind: Kind, scope: string) =>
    kind === 'mute' ? `Not muted: ${scope}` : `Not in maintenance: ${scope}`,
  /** The silence is for all gateways: one alone cannot be taken out of it. */
  onlyForAll: (kind: Kind, until: string) =>
    `The ${KINDS.en[kind]} is for all gateways, until ${until}; one alone cannot be taken out`,
  afterEnd: (kind: Kind): string =>
    kind === 'mute' ? 'What is still ill is told at once' : 'What is still ill is healed and told at once',
  endOrDuration: () => 'End or begin? /maintenance end ends it, /maintenance 1h begins it',
};

const zh: typeof en = {
  scope: (gateway) => gateway ?? '全部网关',
  begun: (kind, scope, until) => `${spaced(scope)}${kind === 'mute' ? '已静音' : '开始维护'}，到 ${until}`,
  means: (kind) =>
    kind === 'mute'
      ? '照常自动恢复，但不发告警；到时还没好的会告诉你'
      : '不自动处理，也不发告警；到时还没好的再处理、再告诉你',
  overlaps: (until) => `和之前设的（到 ${until}）重叠，以较晚的为准`,
  longer: (scope, until) => `${spaced(scope)}另有一个，到 ${until}`,
  openCritical: (subject, since) => `注意，${subject}，${since} 起还没恢复`,
  moreOpen: (count) => `还有 ${count} 个没恢复的，发 /incident 看`,
  none: () => '现在没有静音，也没有维护',
  active: (count) => `静音和维护：${count} 个生效中`,
  one: (kind, scope, until, left, by) => `${KINDS['zh-CN'][kind]} ${scope}：到 ${until}，还有 ${left}（${by} 设的）`,
  more: (count) => `还有 ${count} 个没列出`,
  howToBegin: (command) => `要开始，发 ${command}`,
  howToEnd: (command) => `要提前结束，发 ${command}`,
  endButton: (kind) => (kind === 'mute' ? '取消静音' : '结束维护'),
  ended: (kind, scope) => (kind === 'mute' ? `${spaced(scope)}已取消静音` : `${spaced(scope)}已结束维护`),
  nothingToEnd: (kind, scope) => `${spaced(scope)}没有在${KINDS['zh-CN'][kind]}`,
  onlyForAll: (kind, until) => `全部网关都在${KINDS['zh-CN'][kind]}，到 ${until}，不能只取消一个`,
  afterEnd: (kind) => (kind === 'mute' ? '还没恢复的故障会马上告诉你' : '还没恢复的故障会马上处理，并告诉你'),
  endOrDuration: () => '结束还是开始？发 /maintenance end 结束，发 /maintenance 1h 开始',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const silenceText = (locale: Locale) => TEXTS[locale];

/** What each of these commands does, in one line of help. */
export const SILENCE_HELP = {
  mute: { 'zh-CN': '静音一段时间：照常自动恢复，只是不发告警', en: 'hear no alerts for a while; healing goes on' },
  unmute: { 'zh-CN': '取消静音', en: 'hear alerts again' },
  maintenance: {
    'zh-CN': '维护一段时间：不自动处理，也不发告警',
    en: 'leave it alone for a while: no healing, no alerts',
  },
} satisfies Record<string, Texts<string>>;
