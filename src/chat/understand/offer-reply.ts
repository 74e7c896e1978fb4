/** What was probably meant, as buttons. What interrupts a gateway is asked once more where the channel can. */
import { chatText } from '../../text/chat/bus.ts';
import type { Locale } from '../../text/locale.ts';
import { retype } from '../bus/parse-command.ts';
import type { Command } from '../command/command.ts';
import type { Button, Message } from '../message/message.ts';
import type { Offer } from './understand.ts';

/** QQ shows no more. */
const MAX_LABEL = 10;

const nameOf = ({ id, aliases }: Command, locale: Locale): string =>
  (locale === 'zh-CN' ? aliases.find((alias) => /\p{Script=Han}/u.test(alias)) : undefined) ?? `/${id}`;

const labelOf = (command: Command, args: readonly string[], locale: Locale): string => {
  const name = nameOf(command, locale);
  const whole = [name, ...args].join(' ');
  return [...whole].length <= MAX_LABEL ? whole : [...name].slice(0, MAX_LABEL).join('');
};

/** @param typed the command as it is typed. */
export const offerButton = (
  command: Command,
  args: readonly string[],
  locale: Locale,
  typed = retype(command.id, args),
): Button => ({
  label: labelOf(command, args, locale),
  style: command.effects === 'interrupts' ? 'danger' : 'plain',
  command: typed,
  ...(command.effects === 'interrupts' ? { confirm: chatText(locale).runIt(typed) } : {}),
});

export const offerReply = (offers: readonly Offer[], locale: Locale): Message => {
  const text = chatText(locale);
  const lines = offers.map(({ command, args }) => retype(command.id, args));
  const [only = '', ...others] = lines;
  return {
    tone: 'info',
    title: others.length === 0 ? text.youMean(only) : text.whichOne(),
    ...(others.length === 0 ? {} : { lines }),
    note: text.tapOrSend(),
    buttons: offers.map(({ command, args }) => offerButton(command, args, locale)),
  };
};
