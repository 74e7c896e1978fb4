/** What a hub shows of all hosts: how they are, what is open on them, what several of them made of one command. Pure. */
import type { Message, Tone } from '../../chat/message/message.ts';
import { byBadness, DOT, worst } from '../../chat/message/tone.ts';
import { formatDuration } from '../../text/common/time.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import type { Beat } from '../messages.ts';
import { hearingOf, type Hearing, type HostSeen } from './hosts.ts';
import type { Relayed } from './relay.ts';

export interface Glance {
  readonly hosts: readonly HostSeen[];
  /** By the clock of `heardAt`. */
  readonly monotonicMs: number;
  /** Whether this hub has listened for so long that a host which it has not heard is silent. */
  readonly hasListened: boolean;
  readonly locale: Locale;
}

/** So many fit on a phone without a swipe. */
const MOST_ROWS = 10;
const MOST_LINES = 15;
const MOST_ILL = 20;
const MOST_GATEWAYS = 3;

type Health = 'good' | 'warning' | 'critical';

interface Row {
  readonly host: string;
  /** `info`: nothing is known yet. */
  readonly tone: Health | 'info';
  readonly words: string;
}

const MARK: Readonly<Record<Row['tone'], string>> = { ...DOT, info: '⚪' };

const healthOf = (tone: Tone): Health => (tone === 'info' ? 'warning' : tone);

/** Why a host's last beat does not say how it is; null: it does. */
export const whyUnknown = (hearing: Hearing, locale: Locale): string | null => {
  const text = fleetText(locale);
  switch (hearing.is) {
    case 'heard':
      return null;
    case 'not_yet':
      return text.notHeard();
    case 'late':
    case 'silent':
      return text.silentFor(formatDuration(hearing.forMs, locale));
    case 'twins':
      return text.odd.twins();
    case 'misread':
      return hearing.why === 'too_old' || hearing.why === 'too_new'
        ? text.odd[hearing.why](hearing.version)
        : text.odd.malformed(hearing.version);
  }
};

const rowOf = (seen: HostSeen, { monotonicMs, hasListened, locale }: Glance): Row => {
  const text = fleetText(locale);
  const { host } = seen;
  const hearing = hearingOf(seen, monotonicMs);
  if (hearing.is !== 'heard') {
    const words = whyUnknown(hearing, locale) ?? '';
    if (hearing.is === 'not_yet') return { host, tone: hasListened ? 'critical' : 'info', words };
    return { host, tone: hearing.is === 'late' || hearing.is === 'misread' ? 'warning' : 'critical', words };
  }
  const gateways = hearing.beat.gateways.toSorted((a, b) => byBadness(a.tone, b.tone));
  const ill = gateways.filter(({ tone }) => tone !== 'good');
  const shown = (ill.length > 0 ? ill : gateways).slice(0, MOST_GATEWAYS);
  return {
    host,
    tone: gateways.length === 0 ? 'good' : worst(gateways.map(({ tone }) => healthOf(tone))),
    words: shown.map(({ name, words }) => text.gateway(name, words)).join('; '),
  };
};

/** @param own lines about the hub itself. */
export const glanceMessage = (glance: Glance, own: readonly string[]): Message => {
  const { hosts, locale } = glance;
  const text = fleetText(locale);
  if (hosts.length === 0) return { tone: 'info', title: text.noHosts(), lines: own, note: text.noHostsNote() };
  const rows = hosts
    .map((seen) => rowOf(seen, glance))
    .toSorted((a, b) => byBadness(a.tone, b.tone) || (a.host < b.host ? -1 : 1));
  const ill = rows.filter(({ tone }) => tone === 'warning' || tone === 'critical');
  const waiting = rows.filter(({ tone }) => tone === 'info').length;
  const well = rows.length - ill.length - waiting;
  const isShort = rows.length <= MOST_ROWS;
  const shown = isShort ? rows : ill.slice(0, MOST_ILL);
  return {
    tone: worst(rows.map(({ tone }) => tone)),
    title: titleOf(ill.length, waiting, hosts, locale),
    lines: [
      ...shown.map(({ host, tone, words }) => `${MARK[tone]} ${text.row(host, words)}`),
      ...(!isShort && ill.length > MOST_ILL ? [text.more(ill.length - MOST_ILL)] : []),
      ...(!isShort && well > 0 && ill.length > 0 ? [`${DOT.good} ${text.othersWell(well)}`] : []),
      ...(waiting === 0 ? [] : [text.listening(rows.length - waiting, rows.length)]),
      ...own,
    ],
  };
};

const titleOf = (ill: number, waiting: number, hosts: readonly HostSeen[], locale: Locale): string => {
  const text = fleetText(locale);
  if (ill > 0) return text.someIll(ill, hosts.length);
  if (waiting > 0) return text.notAllHeard(waiting, hosts.length);
  return text.allWell(
    hosts.length,
    hosts.reduce((sum, { beat }) => sum + (beat?.gateways.length ?? 0), 0),
  );
};

export type OpenIncident = NonNullable<Beat['open']>[number] & { readonly host: string };

const MOST_BUTTONS = 3;
/** A button has room for no longer name. */
const MOST_HOST_NAME = 10;

/** The worst first, then the oldest. */
export const openIncidents = (hosts: readonly HostSeen[]): readonly OpenIncident[] =>
  hosts
    .flatMap(({ host, beat }) => (beat?.open ?? []).map((incident) => ({ ...incident, host })))
    .toSorted(
      (a, b) =>
        Number(a.severity !== 'critical') - Number(b.severity !== 'critical') ||
        a.since - b.since ||
        (a.host < b.host ? -1 : 1),
    );

export const openMessage = ({ hosts, monotonicMs, locale }: Omit<Glance, 'hasListened'>, now: number): Message => {
  const text = fleetText(locale);
  const open = openIncidents(hosts);
  // A host tells its worst ones only, and an older one none.
  const count = hosts.reduce((sum, { beat }) => sum + Math.max(beat?.incidents ?? 0, beat?.open?.length ?? 0), 0);
  const unknown = hosts.flatMap((seen) => {
    const why = whyUnknown(hearingOf(seen, monotonicMs), locale);
    return why === null ? [] : [text.row(seen.host, why)];
  });
  if (count === 0)
    return unknown.length === 0
      ? { tone: 'good', title: text.nothingOpen() }
      : { tone: 'warning', title: text.nothingOpenHeard(), lines: unknown.slice(0, MOST_LINES) };
  const shown = open.slice(0, MOST_LINES);
  return {
    tone: open.length === 0 ? 'warning' : worst(open.map(({ severity }) => severity)),
    title: text.openIncidents(count, hosts.filter(({ beat }) => (beat?.incidents ?? 0) > 0).length),
    lines: [
      ...shown.map(
        ({ host, id, gateway, severity, words, since, known }) =>
          `${DOT[severity]} ${text.openRow(host, id, gateway, words, formatDuration(Math.max(0, now - since), locale), known)}`,
      ),
      ...(count > shown.length ? [text.more(count - shown.length)] : []),
    ],
    note: text.openNote(),
    buttons: shown
      .filter(({ host }) => host.length <= MOST_HOST_NAME)
      .slice(0, MOST_BUTTONS)
      .map(({ host, id }) => ({ label: `${host} #${id}`, style: 'plain', command: `/incident ${host} ${id}` })),
  };
};

/** The host of the one open incident with this number; null: of none, or of several. */
export const hostOfIncident = (typed: string, hosts: readonly HostSeen[]): string | null => {
  const id = Number(/^#?(\d{1,9})$/.exec(typed.trim())?.[1] ?? NaN);
  const [only, ...more] = openIncidents(hosts).filter((incident) => incident.id === id);
  return more.length > 0 ? null : (only?.host ?? null);
};

export interface HostAnswer {
  readonly host: string;
  readonly result: Relayed;
}

const isDone = ({ result }: HostAnswer): boolean =>
  result.is === 'final' && result.message?.tone !== 'warning' && result.message?.tone !== 'critical';

/** Those that did not do it come first. */
export const everywhereMessage = (id: string, answers: readonly HostAnswer[], locale: Locale): Message => {
  const text = fleetText(locale);
  const wordsOf = ({ result }: HostAnswer): string => {
    switch (result.is) {
      case 'final':
        return result.message?.title ?? '';
      case 'ask':
        return result.message.title;
      case 'not_taken':
        return text.everyNotTaken();
      case 'unknown':
        return text.everyUnknown();
      case 'refused':
        return text.everyRefused();
      case 'not_asked':
        return result.why;
    }
  };
  const rows = answers.toSorted((a, b) => Number(isDone(a)) - Number(isDone(b)));
  const done = answers.filter(isDone).length;
  return {
    tone: done === answers.length ? 'info' : 'warning',
    title: text.everywhere(id, done, answers.length),
    lines: [
      ...rows.slice(0, MOST_LINES).map((answer) => text.row(answer.host, wordsOf(answer))),
      ...(rows.length > MOST_LINES ? [text.more(rows.length - MOST_LINES)] : []),
    ],
  };
};
