/** The bus's own answers as messages. */
import { suggest } from '../../base/suggest.ts';
import type { Operator } from '../../config/config.ts';
import { accessText, roleName } from '../../text/chat/access.ts';
import { chatText } from '../../text/chat/bus.ts';
import type { Locale } from '../../text/locale.ts';
import { formatDuration } from '../../text/common/time.ts';
import { roleAllows } from '../access/authorise.ts';
import type { Command } from '../command/command.ts';
import type { Freshness } from './freshness.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import type { Message } from '../message/message.ts';
import { offerButton } from '../understand/offer-reply.ts';
import type { PairingAttempt } from '../pairing/pairing.ts';
import { findCommand, MAX_ARGUMENTS, MAX_CHARACTERS, type ParsedCommand } from './parse-command.ts';

/** A stranger learns the own id and nothing else: that is how an operator gets onto the list. */
export const strangerReply = ({ channel, sender }: Inbound, locale: Locale): Message => ({
  tone: 'info',
  title: chatText(locale).stranger(),
  note: chatText(locale).strangerId(channel, sender.slice(0, 100)),
});

/** To an operator who may not use the command: the role is too low, or it is not for somebody with only some gateways. */
export const deniedReply = (
  { role: own, gateways = [] }: Pick<Operator, 'role' | 'gateways'>,
  { id, role }: Pick<Command, 'id' | 'role'>,
  locale: Locale,
): Message => ({
  tone: 'warning',
  title: roleAllows(own, role) ? chatText(locale).bounds(id, gateways) : chatText(locale).role(id, role),
});

/** To a code that was tried. */
export const attemptReply = (attempt: PairingAttempt, locale: Locale): Message => {
  const text = accessText(locale);
  switch (attempt.kind) {
    case 'paired':
      return {
        tone: 'good',
        title: text.paired(attempt.operator.name, roleName(attempt.operator.role, locale)),
        note: text.pairedNote(),
      };
    case 'wrong':
      return {
        tone: 'warning',
        title: text.wrongCode(attempt.triesLeft),
        ...(attempt.triesLeft > 0 ? {} : { note: text.newCode() }),
      };
    case 'closed':
      return { tone: 'warning', title: text.noCode(), note: text.newCode() };
  }
};

/** To a `/pair` whose code cannot be one. */
export const malformedCodeReply = (locale: Locale): Message => ({
  tone: 'warning',
  title: accessText(locale).malformedCode(),
});

export const alreadyPairedReply = ({ name, role }: Operator, locale: Locale): Message => ({
  tone: 'info',
  title: accessText(locale).alreadyPaired(name, roleName(role, locale)),
});

/**
 * @param dropped how many were not carried out since the last such word. @param over the burst is over: the one that is
 * answered is carried out.
 */
export const tooFastReply = (dropped: number, over: boolean, locale: Locale): Message => {
  const text = accessText(locale);
  return over
    ? { tone: 'warning', title: text.wereTooFast(dropped) }
    : { tone: 'warning', title: text.tooFast(dropped), note: text.tooFastNote() };
};

/** To what is not surely new, and so is not carried out. */
export const notNewReply = (age: Exclude<Freshness, { kind: 'fresh' | 'ahead' }>, locale: Locale): Message => ({
  tone: 'warning',
  title: notNewTitle(age, locale),
  note: chatText(locale).staleNote(),
});

const notNewTitle = (age: Exclude<Freshness, { kind: 'fresh' | 'ahead' }>, locale: Locale): string => {
  const text = chatText(locale);
  switch (age.kind) {
    case 'stale':
      return text.stale(formatDuration(age.ageMs, locale));
    case 'undated':
      return text.undated();
    case 'before_store':
      return text.beforeStore();
  }
};

export const failedReply = (locale: Locale): Message => ({
  tone: 'critical',
  title: chatText(locale).failed(),
  note: chatText(locale).seeLog(),
});

/** A button that was never given out, or is too old to count. */
export const deadButtonReply = (locale: Locale): Message => ({
  tone: 'warning',
  title: chatText(locale).deadButton(),
  note: chatText(locale).typeInstead(),
});

export const usedButtonReply = ({ id }: Command, locale: Locale): Message => ({
  tone: 'info',
  title: chatText(locale).usedButton(),
  note: chatText(locale).sendAgain(id),
});

/**
 * The reply to a UserError: its first line is the title. @param head goes before it, for what is worded in another
 * language.
 */
export const userErrorReply = (message: string, head: string | null = null): Message => {
  const [title = '', ...lines] = [...(head === null ? [] : [head]), ...message.split('\n')];
  return { tone: 'warning', title, ...(lines.length > 0 ? { lines } : {}) };
};

/** Longer names are noise, not typing mistakes. */
const MAX_NAME = 40;

const rejected = (why: Extract<ParsedCommand, { kind: 'rejected' }>['why'], locale: Locale): string => {
  const text = chatText(locale);
  switch (why) {
    case 'too_long':
      return text.tooLong(MAX_CHARACTERS);
    case 'too_many_arguments':
      return text.tooManyArguments(MAX_ARGUMENTS);
    case 'open_quote':
      return text.openQuote();
  }
};

/** The reply to an operator whose message is no command that could run. */
export const hintReply = (
  parsed: Exclude<ParsedCommand, { kind: 'command' }>,
  commands: readonly Command[],
  locale: Locale,
): Message => {
  const text = chatText(locale);
  switch (parsed.kind) {
    case 'talk':
      return { tone: 'info', title: parsed.near ? text.needsSlash(parsed.near.id) : text.notACommand() };
    case 'rejected':
      return { tone: 'warning', title: rejected(parsed.why, locale) };
    case 'unknown': {
      // A name for another bot, as in `/restart@bot`, is no other name.
      const near = suggest(
        parsed.name.replace(/@.*/, ''),
        commands.flatMap(({ id, aliases }) => [id, ...aliases]),
      );
      const name = parsed.name.length > MAX_NAME ? `${parsed.name.slice(0, MAX_NAME)}…` : parsed.name;
      return {
        tone: 'warning',
        title: text.unknown(name),
        note: near ? text.didYouMean(near) : text.seeHelp(),
        ...runInstead(near, parsed.rest, commands, locale),
      };
    }
  }
};

/** What was probably meant, as a button. */
const runInstead = (
  near: string | null,
  rest: string,
  commands: readonly Command[],
  locale: Locale,
): Pick<Message, 'buttons'> => {
  const command = near === null ? null : findCommand(near, commands);
  return command === null
    ? {}
    : { buttons: [offerButton(command, rest === '' ? [] : [rest], locale, `/${command.id} ${rest}`.trim())] };
};
