/**
 * Places in a fleet: what a person names at a hub, and how a command reads on each side. At the host one types
 * `/restart main`, at the hub `/restart web-3/main`. Pure.
 */
import { commands } from '../../../commands/index.ts';
import { suggest } from '../../base/suggest.ts';
import { parseCommand, retype } from '../../chat/bus/parse-command.ts';
import type { Message } from '../../chat/message/message.ts';
import type { Labels } from '../subjects.ts';

export interface KnownHost {
  readonly host: string;
  readonly labels: Labels;
  readonly gateways: readonly string[];
}

export type HostNames = Pick<KnownHost, 'host' | 'gateways'>;

export type Target =
  | { readonly is: 'host'; readonly host: string; readonly gateway: string | null; readonly rest: string }
  | { readonly is: 'selector'; readonly selector: string; readonly hosts: readonly string[]; readonly rest: string }
  | { readonly is: 'none'; readonly rest: string }
  | { readonly is: 'unknown'; readonly name: string; readonly near: string | null };

/** The commands that a hub hands to a host. */
export const FORWARDED: ReadonlySet<string> = new Set([
  'status',
  'why',
  'logs',
  'restart',
  'start',
  'stop',
  'end',
  'check',
  'incident',
  'history',
  'doctor',
  'ack',
  'mute',
  'unmute',
  'maintenance',
]);

const SELECTOR = /^[a-z][a-z0-9_-]{0,30}=[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const LOOKS_LIKE_HOST = /^[a-z][a-z0-9-]*[a-z0-9](?:\/\S+)?$/i;
/** Before a place in the button of a host: nothing after it names a place, whatever hosts there are. */
const ONLY = '@';

/** With one host nobody types its name, as with one gateway. */
export const targetOf = (typed: string, hosts: readonly KnownHost[]): Target => {
  const words = typed.split(' ').filter((word) => word !== '');
  const without = (index: number): string => words.filter((_, at) => at !== index).join(' ');
  const unknown = (name: string): Target => ({
    is: 'unknown',
    name,
    near: suggest(
      name.split('/')[0] ?? '',
      hosts.map(({ host }) => host),
    ),
  });
  const [first] = words;
  if (first?.startsWith(ONLY)) {
    const place = first.slice(ONLY.length);
    const found = named(place, hosts);
    return found === null ? unknown(place) : { is: 'host', ...found, rest: without(0) };
  }
  for (const [index, word] of words.entries()) {
    if (SELECTOR.test(word)) {
      const [name = '', value = ''] = word.split('=');
      const chosen = hosts.filter(({ labels }) => labels[name] === value).map(({ host }) => host);
      return { is: 'selector', selector: word, hosts: chosen.toSorted(), rest: without(index) };
    }
    const found = named(word, hosts);
    if (found !== null) return { is: 'host', ...found, rest: without(index) };
  }
  const [only, ...others] = hosts;
  if (only !== undefined && others.length === 0)
    return { is: 'host', host: only.host, gateway: null, rest: words.join(' ') };
  return first === undefined || !LOOKS_LIKE_HOST.test(first) ? { is: 'none', rest: words.join(' ') } : unknown(first);
};

const named = (
  word: string,
  hosts: readonly KnownHost[],
): { readonly host: string; readonly gateway: string | null } | null => {
  const [host = '', ...gateway] = word.split('/');
  const known = hosts.find((each) => each.host === host.toLowerCase());
  return known === undefined ? null : { host: known.host, gateway: gateway.length === 0 ? null : gateway.join('/') };
};

/**
 * Returns what the command of a host's button is at the hub; null: it is none that a hub hands to a host.
 * The words are read as the bus reads what is tapped, so that no spelling of a host is read as something else there.
 */
export const atHub = (command: string, { host, gateways }: HostNames): string | null => {
  const parsed = parseCommand(command, commands);
  if (parsed.kind !== 'command' || parsed.more || !FORWARDED.has(parsed.command.id)) return null;
  const at = parsed.args.findIndex((word) => gateways.includes(word) && !word.includes(' '));
  const place = at < 0 ? host : `${host}/${parsed.args[at]}`;
  return retype(parsed.command.id, [`${ONLY}${place}`, ...parsed.args.filter((_, index) => index !== at)]);
};

/** `/restart`, for `main` if not null, with the rest as it was typed. */
export const atHost = (id: string, gateway: string | null, rest: string): string =>
  [`/${id}`, ...(gateway === null ? [] : [gateway]), ...(rest === '' ? [] : [rest])].join(' ');

/** A command in a sentence, with the word after it. */
const IN_TEXT = /(^|[^\w/])\/([a-z]{2,12})(?![\w/])( [\w.-]{1,80})?/g;

const inText = (text: string, { host, gateways }: HostNames): string =>
  text.replace(IN_TEXT, (found: string, before: string, id: string, next?: string) => {
    if (!FORWARDED.has(id)) return found;
    const word = next ?? '';
    return gateways.includes(word.slice(1))
      ? `${before}/${id} ${host}/${word.slice(1)}`
      : `${before}/${id} ${host}${word}`;
  });

/**
 * A host's message as it stands at the hub: it says whose it is, and what it offers to type or to tap is for that host.
 * @param words what the hub puts around it.
 */
export const messageAtHub = (
  message: Message,
  names: HostNames,
  words: { from(host: string, title: string): string; buttonsLeftOut(host: string, count: number): string },
): Message => {
  const buttons = (message.buttons ?? []).flatMap(({ token: _, ...button }) => {
    const command = atHub(button.command, names);
    return command === null ? [] : [{ ...button, command }];
  });
  const leftOut = (message.buttons?.length ?? 0) - buttons.length;
  const lines = [
    ...(message.lines ?? []).map((line) => inText(line, names)),
    ...(leftOut > 0 ? [words.buttonsLeftOut(names.host, leftOut)] : []),
  ];
  return {
    ...message,
    title: words.from(names.host, inText(message.title, names)),
    ...(message.lines || leftOut > 0 ? { lines } : {}),
    ...(message.note === undefined ? {} : { note: inText(message.note, names) }),
    ...(message.buttons ? { buttons } : {}),
  };
};
