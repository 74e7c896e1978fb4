/** The digest of a fleet: one for all hosts, of what the hubs have told of them. */
import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../chat/message/message.ts';
import type { Span } from '../../store/watched.ts';
import { formatDuration } from '../../text/common/time.ts';
import { fleetText } from '../../text/fleet/fleet.ts';
import type { Locale } from '../../text/locale.ts';
import { digestTexts } from '../../text/notices/digest.ts';
import type { HostSeen } from './hosts.ts';

const HOUR_MS = 3_600_000;
const MOST_ROWS = 15;

interface Seen {
  incidents: number;
  silences: number;
  silentMs: number;
}

/** @returns how often each host had an incident or was silent in this time; of the others nothing. */
const figuresIn = (db: DatabaseSync): ((window: Span) => ReadonlyMap<string, Seen>) => {
  const incidents = db.prepare(`
    SELECT host, count(*) AS count FROM fleet_threads AS thread
    WHERE topic = 'incident' AND (SELECT min(at) FROM outbox WHERE topic = 'host' AND outbox.subject = thread.subject) BETWEEN ? AND ? - 1
    GROUP BY host`);
  const silences = db.prepare(
    'SELECT at, ended_at, hosts, back FROM fleet_silences WHERE at < ? AND ifnull(ended_at, ?) > ?',
  );
  return ({ from, to }) => {
    const found = new Map<string, Seen>();
    const of = (host: string): Seen => {
      const seen = found.get(host) ?? { incidents: 0, silences: 0, silentMs: 0 };
      found.set(host, seen);
      return seen;
    };
    for (const { host, count } of incidents.all(from, to)) of(String(host)).incidents = Number(count);
    for (const row of silences.all(to, to, from)) {
      const began = Math.max(from, Number(row['at']));
      const ended = Math.min(to, row['ended_at'] === null ? to : Number(row['ended_at']));
      const hosts = [row['hosts'], row['back']].flatMap((text) => JSON.parse(String(text)) as readonly string[]);
      for (const host of new Set(hosts)) {
        of(host).silences += 1;
        of(host).silentMs += Math.max(0, ended - began);
      }
    }
    return found;
  };
};

/** @param hosts as this hub knows them now. */
export const createFleetDigest = (
  db: DatabaseSync,
  hosts: () => readonly HostSeen[],
  locale: Locale,
): ((window: Span) => Message | null) => {
  const figures = figuresIn(db);
  return (window) => {
    const all = hosts();
    // Before the first host is heard there is nothing to tell of.
    if (all.length === 0) return null;
    const text = fleetText(locale);
    const words = digestTexts(locale);
    const found = [...figures(window)].toSorted(
      ([a, one], [b, other]) => other.incidents - one.incidents || other.silentMs - one.silentMs || (a < b ? -1 : 1),
    );
    const incidents = found.reduce((sum, [, seen]) => sum + seen.incidents, 0);
    const silences = found.reduce((sum, [, seen]) => sum + seen.silences, 0);
    const open = all.reduce((sum, { beat }) => sum + (beat?.incidents ?? 0), 0);
    const length = formatDuration(Math.round((window.to - window.from) / HOUR_MS) * HOUR_MS, locale);
    const gateways = all.reduce((sum, { beat }) => sum + (beat?.gateways.length ?? 0), 0);
    const rest = all.filter(({ host }) => found.every(([name]) => name !== host)).length;
    return {
      tone: open > 0 ? 'warning' : 'good',
      title:
        incidents === 0 && silences > 0 ? text.digestSilences(length, silences) : words.title(length, incidents, open),
      lines: [
        text.digestFleet(all.length, gateways),
        ...found
          .slice(0, MOST_ROWS)
          .map(([host, seen]) =>
            text.row(host, text.digestRow(seen.incidents, seen.silences, formatDuration(seen.silentMs, locale))),
          ),
        ...(found.length > MOST_ROWS ? [text.more(found.length - MOST_ROWS)] : []),
        ...(found.length > 0 && rest > 0 ? [text.othersWell(rest)] : []),
      ],
      note: words.note(),
    };
  };
};
