/** What the bus answers when the arguments are not clear yet: which gateway, and what was probably meant. */
import { argumentText } from '../../text/commands/arguments.ts';
import type { Locale } from '../../text/locale.ts';
import type { ArgumentError } from './argument-error.ts';
import type { Command } from '../command/command.ts';
import type { Button, Message } from '../message/message.ts';
import type { ArgumentsRead } from './read-arguments.ts';
import { userErrorReply } from '../bus/replies.ts';

/** Feishu shows no more. */
const MAX_BUTTONS = 6;
const MAX_LABEL = 10;

/** The beginning and the end of a long name: names that are alike mostly differ in one of them. */
const label = (name: string): string => {
  const signs = [...name];
  return signs.length > MAX_LABEL ? `${signs.slice(0, 4).join('')}…${signs.slice(-5).join('')}` : name;
};

/**
 * Asks for the gateway by a button each; to tap one is to run the command, so Feishu asks once more where it
 * interrupts.
 */
export const whichGatewayReply = (
  { effects }: Pick<Command, 'effects'>,
  { choices }: Extract<ArgumentsRead, { kind: 'choose' }>,
  locale: Locale,
): Message => {
  const text = argumentText(locale);
  const buttons = choices.slice(0, MAX_BUTTONS).map(({ gateway, command }): Button => ({
    label: label(gateway),
    style: effects === 'interrupts' ? 'danger' : 'plain',
    command,
    ...(effects === 'interrupts' ? { confirm: command } : {}),
  }));
  return {
    tone: 'info',
    title: text.whichGateway(),
    lines: [text.thereAre(choices.map(({ gateway }) => gateway))],
    note: text.whichNote(choices[0]?.command ?? ''),
    buttons,
  };
};

/** The complaint, with what was probably meant as a button; what interrupts is asked once more where the channel can. */
export const argumentErrorReply = (
  { message, near, suggested, others }: ArgumentError,
  { effects }: Pick<Command, 'effects'>,
): Message => {
  const reply = userErrorReply(message);
  if (near === null || suggested === null) return reply;
  return {
    ...reply,
    buttons: [{ near, suggested }, ...others].map((each): Button => {
      const button: Button = { label: label(each.near), style: 'plain', command: each.suggested };
      return effects === 'interrupts' ? { ...button, style: 'danger', confirm: each.suggested } : button;
    }),
  };
};
