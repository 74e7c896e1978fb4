/**
 * Whoever answers a host's alert by quoting it means that host: "restart" is for the gateway that the alert names, a word
 * that asks for nothing acknowledges its incident.
 */
import type { DatabaseSync } from 'node:sqlite';
import { parseCommand, retype } from '../../chat/bus/parse-command.ts';
import type { Command } from '../../chat/command/command.ts';
import type { Inbound } from '../../chat/inbound/inbound-message.ts';
import { confirmingText } from '../../chat/interaction/confirmation.ts';
import { pairingText } from '../../chat/pairing/pairing.ts';
import { understand } from '../../chat/understand/understand.ts';
import type { Quotes } from '../../store/quotes.ts';
import { FORWARDED, targetOf, type KnownHost } from './place.ts';

/** What a message of the hub was about. */
export interface QuotedMatter {
  readonly host: string;
  readonly gateway: string | null;
  /** The host's own number of the incident; null: it was about something else. */
  readonly incident: number | null;
}

/** @returns the matters of the quoted message; none: it is no message of a host. */
export const createQuotedMatters = (
  db: DatabaseSync,
  quotes: Pick<Quotes, 'incidentsOf'>,
): ((channel: string, quote: string) => readonly QuotedMatter[]) => {
  const select = db.prepare('SELECT host, topic, remote, gateway FROM fleet_threads WHERE subject = ?');
  return (channel, quote) =>
    quotes.incidentsOf(channel, quote).flatMap((subject): QuotedMatter[] => {
      const row = select.get(subject);
      if (!row) return [];
      return [
        {
          host: String(row['host']),
          gateway: row['gateway'] === null ? null : String(row['gateway']),
          incident: row['topic'] === 'incident' ? Number(row['remote']) : null,
        },
      ];
    });
};

/** What takes the number of an incident in the place of a gateway. */
const BY_NUMBER: ReadonlySet<string> = new Set(['ack', 'incident']);

const ackOf = (matters: readonly QuotedMatter[]): string | null => {
  const incidents = matters.filter(({ incident }) => incident !== null);
  const [first, ...more] = incidents;
  if (first === undefined) return null;
  if (more.length === 0) return `/ack ${first.host} ${first.incident}`;
  return more.every(({ host }) => host === first.host) ? `/ack ${first.host}` : '/ack';
};

/** @returns the one place that all matters name; null: they name several. */
const placeOf = (matters: readonly QuotedMatter[]): string | null => {
  const [place, ...others] = new Set(
    matters.map(({ host, gateway }) => (gateway === null ? host : `${host}/${gateway}`)),
  );
  return others.length === 0 ? (place ?? null) : null;
};

const addressed = (
  { id }: Command,
  args: readonly string[],
  matters: readonly QuotedMatter[],
  hosts: readonly KnownHost[],
): string | null => {
  if (id === 'ack' && args.length === 0) return ackOf(matters);
  const [only, ...others] = matters;
  if (id === 'incident' && args.length === 0)
    return only?.incident != null && others.length === 0 ? `/incident ${only.host} ${only.incident}` : null;
  const named = targetOf(args.join(' '), hosts);
  // Whoever names a place means that one. With one host each word is for it.
  const isNamed = named.is === 'selector' || (named.is === 'host' && (hosts.length > 1 || args.length > 0));
  const place = placeOf(matters);
  if ((id !== 'status' && !FORWARDED.has(id)) || isNamed || place === null || BY_NUMBER.has(id)) return null;
  return retype(id, [place, ...args]);
};

/** @returns the command that the reply stands for; null: it quotes no message of a host, or says where it belongs. */
export const hubCommandOfQuote = (
  { channel, text, quotes: quote, pressed }: Inbound,
  commands: readonly Command[],
  mattersOf: (channel: string, quote: string) => readonly QuotedMatter[],
  hosts: readonly KnownHost[],
): string | null => {
  if (quote === undefined || pressed !== undefined || confirmingText(text) !== null || pairingText(text) !== null)
    return null;
  const matters = mattersOf(channel, quote);
  if (matters.length === 0) return null;
  const parsed = parseCommand(text, commands);
  if (parsed.kind === 'command') return addressed(parsed.command, parsed.args, matters, hosts);
  if (parsed.kind !== 'talk') return null;
  const meant = understand(text, commands, []);
  if (meant?.kind === 'run') {
    const wish = parseCommand(meant.command, commands);
    return wish.kind === 'command' ? addressed(wish.command, wish.args, matters, hosts) : null;
  }
  const [offer, ...offers] = meant?.sure === true ? meant.offers : [];
  if (offer !== undefined) return offers.length === 0 ? addressed(offer.command, offer.args, matters, hosts) : null;
  return ackOf(matters);
};
