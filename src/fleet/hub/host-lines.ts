/**
 * The fleet at a glance: the worst hosts first, the well ones counted. A host that a new hub has not heard yet is neither.
 * Pure.
 */
import type { Message, Tone } from '../../chat/message/message.ts';
import { byBadness, DOT, worst } from '../../chat/message/tone.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration } from '../../text/common/time.ts';
import { areTwins, type HostSeen } from './hosts.ts';
import { SILENT_MS } from './silence.ts';

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

const rowOf = (seen: HostSeen, { monotonicMs, hasListened, locale }: Glance): Row => {
  const text = fleetText(locale);
  const { host, heardAt, beat } = seen;
  if (heardAt === null || beat === null)
    return { host, tone: hasListened ? 'critical' : 'info', words: text.notHeard() };
  const silentMs = monotonicMs - heardAt;
  if (silentMs >= SILENT_MS) return { host, tone: 'critical', words: text.silentFor(formatDuration(silentMs, locale)) };
  if (areTwins(seen, monotonicMs)) return { host, tone: 'critical', words: text.twinsRow() };
  const gateways = beat.gateways.toSorted((a, b) => byBadness(a.tone, b.tone));
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
