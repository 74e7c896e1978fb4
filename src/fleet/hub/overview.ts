/** What is open on all hosts, and what was told of them in the last days. */
import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../chat/message/message.ts';
import { DOT, worst } from '../../chat/message/tone.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import type { Beat } from '../protocol/messages.ts';
import type { HostSeen } from './hosts.ts';
import type { KnownHost } from './place.ts';

export type OpenIncident = NonNullable<Beat['open']>[number] & { readonly host: string };

const MOST_ROWS = 15;
const MOST_BUTTONS = 3;
/** A button has room for no longer name. */
const MOST_HOST_NAME = 10;
const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;
const MOST_DAYS = 365;

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

export const openMessage = (hosts: readonly HostSeen[], now: number, locale: Locale): Message => {
  const text = fleetText(locale);
  const open = openIncidents(hosts);
  // A host tells its worst ones only, and an older one none.
  const count = hosts.reduce((sum, { beat }) => sum + Math.max(beat?.incidents ?? 0, beat?.open?.length ?? 0), 0);
  if (count === 0) return { tone: 'good', title: text.nothingOpen() };
  const shown = open.slice(0, MOST_ROWS);
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

export const createPast = (db: DatabaseSync) => {
  const count = db.prepare(`
    SELECT count(*) AS count FROM fleet_threads
    WHERE topic = 'incident' AND at > ?`);
  // What the first and the last message of the matter say, to whomever they went.
  const select = db.prepare(`
    SELECT host, gateway, remote, min(entry.at) AS began,
      (SELECT message FROM outbox WHERE topic = 'host' AND subject = thread.subject ORDER BY id LIMIT 1) AS message,
      max(CASE WHEN entry.kind = 'recovered' THEN entry.at END) AS ended
    FROM fleet_threads AS thread JOIN outbox AS entry ON entry.topic = 'host' AND entry.subject = thread.subject
    WHERE thread.topic = 'incident' AND thread.at > ?
    GROUP BY thread.subject ORDER BY began DESC LIMIT ${MOST_ROWS}`);
  return (typed: string, now: number, locale: Locale): Message => {
    const text = fleetText(locale);
    const days = Math.min(MOST_DAYS, Math.max(1, Number(/^(\d{1,3}) ?(?:d|天)?$/.exec(typed)?.[1] ?? USUAL_DAYS)));
    const since = now - days * DAY_MS;
    const all = Number(count.get(since)?.['count'] ?? 0);
    const rows = select.all(since);
    return {
      tone: all === 0 ? 'good' : 'info',
      title: text.past(days, all),
      lines: [
        ...rows.map((row) => {
          const began = Number(row['began']);
          const ended = row['ended'] === null ? null : Number(row['ended']);
          const { title } = JSON.parse(String(row['message'])) as Message;
          return text.pastRow(
            formatTime(began, locale, now),
            title,
            Number(row['remote']),
            ended === null ? null : formatDuration(Math.max(0, ended - began), locale),
          );
        }),
        ...(all > rows.length ? [text.more(all - rows.length)] : []),
      ],
      ...(all === 0 ? {} : { note: text.pastNote() }),
    };
  };
};

/** The host of the one open incident with this number; null: of none, or of several. */
export const hostOfIncident = (typed: string, hosts: readonly HostSeen[]): KnownHost['host'] | null => {
  const id = Number(/^#?(\d{1,9})$/.exec(typed.trim())?.[1] ?? NaN);
  const [only, ...more] = openIncidents(hosts).filter((incident) => incident.id === id);
  return more.length > 0 ? null : (only?.host ?? null);
};
