/**
 * Commands between a hub and a host. At the host one types `/restart main`, at the hub `/restart web-3/main`; without a
 * gateway `/mute 2h` and `/mute web-3 2h`. Pure.
 */
import type { Message } from '../../chat/message/message.ts';

export interface HostNames {
  readonly host: string;
  readonly gateways: readonly string[];
}

/** The commands that a hub hands to a host. */
export const FORWARDED = [
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
] as const;

export type Forwarded = (typeof FORWARDED)[number];

export const isForwarded = (id: string): id is Forwarded => FORWARDED.some((each) => each === id);

/** `/restart main x` of `web-3` becomes `/restart web-3/main x`. What is no command of a host stays. */
export const atHub = (command: string, { host, gateways }: HostNames): string => {
  const [name = '', ...words] = command.split(' ');
  if (!name.startsWith('/') || !isForwarded(name.slice(1))) return command;
  const at = words.findIndex((word) => gateways.includes(word));
  return at < 0
    ? [name, host, ...words].join(' ')
    : [name, `${host}/${words[at]}`, ...words.filter((_, index) => index !== at)].join(' ');
};

/** `/restart`, for `main` if not null, with the rest as it was typed. */
export const atHost = (id: string, gateway: string | null, rest: string): string =>
  [`/${id}`, ...(gateway === null ? [] : [gateway]), ...(rest === '' ? [] : [rest])].join(' ');

/** A command in a sentence, with the word after it. */
const IN_TEXT = /(^|[^\w/])\/([a-z]{2,12})(?![\w/])( [\w.-]{1,80})?/g;

const inText = (text: string, names: HostNames): string =>
  text.replace(IN_TEXT, (found: string, before: string, id: string, word: string | undefined) => {
    if (!isForwarded(id)) return found;
    const next = word?.slice(1);
    return next !== undefined && names.gateways.includes(next)
      ? `${before}/${id} ${names.host}/${next}`
      : `${before}/${id} ${names.host}${word ?? ''}`;
  });

/** A host's message as it stands at the hub: it says whose it is, and what it offers to type or to tap names the host. */
export const messageAtHub = (
  message: Message,
  names: HostNames,
  title: (host: string, words: string) => string,
): Message => ({
  ...message,
  title: title(names.host, inText(message.title, names)),
  ...(message.lines ? { lines: message.lines.map((line) => inText(line, names)) } : {}),
  ...(message.note === undefined ? {} : { note: inText(message.note, names) }),
  ...(message.buttons
    ? {
        buttons: message.buttons.map(({ token: _, ...button }) => ({
          ...button,
          command: atHub(button.command, names),
        })),
      }
    : {}),
});
